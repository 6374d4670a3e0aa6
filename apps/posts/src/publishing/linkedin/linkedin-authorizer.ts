/** LinkedIn's OAuth 2: authorization with PKCE, tokens, and who the token publishes as. */
import type { Author, Authorizer, Grant, Refusal } from '../publisher.ts';
import { type Answer, isAnswer, textIn } from '../publisher-http.ts';
import { detailOf, refusalIn, tokenRefusalIn } from './linkedin-answers.ts';
import type { LinkedInApi } from './linkedin-api.ts';

const scopes: Readonly<Record<Author['kind'], string>> = {
  person: 'openid profile w_member_social',
  organisation: 'openid profile r_organization_admin w_organization_social r_organization_social',
};
const maxOrganisations = 20;

export class LinkedInAuthorizer implements Authorizer {
  readonly #api: LinkedInApi;
  readonly #nowMs: () => number;

  constructor(api: LinkedInApi, nowMs: () => number = Date.now) {
    this.#api = api;
    this.#nowMs = nowMs;
  }

  authorizationUrl({ state, challenge, author }: Parameters<Authorizer['authorizationUrl']>[0]): string {
    const { authUrl, clientId = '', callbackUrl = '' } = this.#api.settings;
    const query = new URLSearchParams({
      response_type: 'code',
      client_id: clientId,
      redirect_uri: callbackUrl,
      state,
      scope: scopes[author],
      code_challenge: challenge,
      code_challenge_method: 'S256',
    });
    return `${authUrl}/oauth/v2/authorization?${query}`;
  }

  async exchange(code: string, verifier: string, signal: AbortSignal): Promise<Grant | Refusal> {
    const { callbackUrl = '' } = this.#api.settings;
    const fields = { grant_type: 'authorization_code', code, redirect_uri: callbackUrl, code_verifier: verifier };
    return this.#grantIn(await this.#api.token(fields, signal));
  }

  /** A refresh token does not start a new lifetime: its end stays the one of the first grant unless LinkedIn tells another. */
  async refresh({ refreshToken, refreshUntilMs, scopes: before }: Grant, signal: AbortSignal): Promise<Grant | Refusal> {
    if (!refreshToken) return { kind: 'revoked', detail: 'LinkedIn gave no refresh token, and the access token has expired.' };
    const answer = await this.#api.token({ grant_type: 'refresh_token', refresh_token: refreshToken }, signal);
    const grant = this.#grantIn(answer);
    if ('kind' in grant) return grant.kind === 'refused' ? { ...grant, kind: 'revoked' } : grant;
    return {
      ...grant,
      refreshToken: grant.refreshToken ?? refreshToken,
      refreshUntilMs: grant.refreshUntilMs ?? refreshUntilMs,
      scopes: grant.scopes.length > 0 ? grant.scopes : before,
    };
  }

  async authorsOf(accessToken: string, author: Author['kind'], signal: AbortSignal): Promise<Author[] | Refusal> {
    const access = { secret: accessToken };
    if (author === 'person') {
      const answer = await this.#api.rest(access, { path: '/v2/userinfo', signal });
      if (!isAnswer(answer)) return answer;
      const sub = textIn(answer.body, 'sub', 100);
      if (!sub || !/^[\w-]+$/.test(sub)) return refusalIn(answer) ?? noAuthor(answer);
      return [{ kind: 'person', id: `urn:li:person:${sub}`, title: textIn(answer.body, 'name', 200) ?? 'LinkedIn' }];
    }
    const path = `/rest/organizationAcls?q=roleAssignee&role=ADMINISTRATOR&state=APPROVED&count=${maxOrganisations}`;
    const answer = await this.#api.rest(access, { path, signal });
    if (!isAnswer(answer)) return answer;
    const urns = organisationsIn(answer);
    if (urns.length === 0) return refusalIn(answer) ?? noAuthor(answer);
    return Promise.all(urns.map((id) => this.#organisation(access, id, signal)));
  }

  /** Its name is for people only: without permission to read it the id stands for it. */
  async #organisation(access: { readonly secret: string }, id: string, signal: AbortSignal): Promise<Author> {
    const answer = await this.#api.rest(access, { path: `/rest/organizations/${id.split(':').at(-1)}`, signal });
    const name = isAnswer(answer) ? textIn(answer.body, 'localizedName', 200) : null;
    return { kind: 'organisation', id, title: name ?? id };
  }

  #grantIn(answer: Answer | Refusal): Grant | Refusal {
    if (!isAnswer(answer)) return answer;
    const { body } = answer;
    const accessToken = textIn(body, 'access_token', 10_000);
    if (!accessToken) return tokenRefusalIn(answer) ?? { kind: 'refused', detail: 'LinkedIn gave no access token.' };
    const now = this.#nowMs();
    const until = (seconds: unknown) => (typeof seconds === 'number' && seconds > 0 && seconds < 1e10 ? now + seconds * 1_000 : null);
    return {
      accessToken,
      accessUntilMs: until(body.expires_in) ?? now + 3_600_000,
      refreshToken: textIn(body, 'refresh_token', 10_000),
      refreshUntilMs: until(body.refresh_token_expires_in),
      scopes: (textIn(body, 'scope') ?? '')
        .split(/[\s,]+/)
        .filter(Boolean)
        .slice(0, 50),
    };
  }
}

const noAuthor = (answer: Answer): Refusal => ({ kind: 'refused', detail: `${detailOf(answer)} It names nobody to publish as.` });

function organisationsIn({ body }: Answer): string[] {
  const elements = Array.isArray(body.elements) ? body.elements : [];
  const urns = elements.map((element: unknown) => (element as { organization?: unknown; organizationTarget?: unknown } | null) ?? {});
  const named = urns.map(({ organization, organizationTarget }) => String(organization ?? organizationTarget));
  return [...new Set(named.filter((urn) => /^urn:li:organization:\d{1,30}$/.test(urn)))].slice(0, maxOrganisations);
}
