/**
 * A LinkedIn on the loopback address, with the shapes, errors and limits of its public reference: it demands the version header and encoded URNs, cuts a
 * `commentary` at the first unescaped reserved character, refuses unknown fields and duplicates, and rotates access tokens.
 */
import { createHash, randomUUID } from 'node:crypto';
import { type LoopbackAnswer, type LoopbackRequest, type LoopbackServer, startLoopback } from './loopback-server.ts';
import type { ProviderFault } from './publisher.suite.ts';

export interface LinkedInPost {
  readonly id: string;
  readonly author: string;
  /** As it would be shown, with its escapes. */
  readonly commentary: string;
  readonly media: readonly string[];
}

/** What this server does wrong with the next post; `cuts`: it shows the beginning of the text only. */
export type LinkedInFault = ProviderFault | 'cuts';

const scopes = 'openid,profile,w_member_social';
const known = new Set(['author', 'commentary', 'visibility', 'distribution', 'content', 'lifecycleState', 'isReshareDisabledByAuthor']);
const error = (status: number, code: string, message: string, rest: object = {}): LoopbackAnswer => ({
  status,
  body: { status, code, message, ...rest },
});

export class LinkedInServer {
  readonly posts: LinkedInPost[] = [];
  readonly uploads = new Map<string, Buffer>();
  /** Codes that can be exchanged once, with the challenge that they were given out for. */
  readonly codes = new Map<string, { readonly challenge: string; readonly redirectUri: string }>();
  nextFault: LinkedInFault | undefined;
  mayRead = true;
  accessToken = 'access-1';
  refreshToken = 'refresh-1';
  /** Tokens that were refreshed. */
  refreshes = 0;
  /** 401 with this `serviceErrorCode` for every call. */
  unauthorized: number | undefined;
  onRefresh: (() => void) | undefined;
  /** Whether the client id and secret are wrong. */
  refusesClient = false;
  private next = 1;

  private constructor(readonly supportsVersion: string) {}

  static async start(supportsVersion = '202610'): Promise<{ linkedin: LinkedInServer; server: LoopbackServer }> {
    const linkedin = new LinkedInServer(supportsVersion);
    const server = await startLoopback((request) => linkedin.answer(request, server.url));
    return { linkedin, server };
  }

  private answer(request: LoopbackRequest, base: string): LoopbackAnswer {
    const { pathname } = request.url;
    if (pathname === '/oauth/v2/accessToken') return this.token(new URLSearchParams(request.body.toString()));
    if (request.headers.authorization !== `Bearer ${this.accessToken}`)
      return error(401, 'INVALID_ACCESS_TOKEN', 'Invalid access token', { serviceErrorCode: 65_600 });
    if (this.unauthorized) return error(401, 'REVOKED', 'The token is not valid any more', { serviceErrorCode: this.unauthorized });
    if (pathname === '/v2/userinfo') return { status: 200, body: { sub: '782bbtaQ', name: 'Ana Ruiz' } };
    if (pathname.startsWith('/uploads/')) return this.upload(request);
    const version = request.headers['linkedin-version'];
    if (!version) return error(400, 'VERSION_MISSING', 'A version must be present');
    if (version !== this.supportsVersion) return error(426, 'NONEXISTENT_VERSION', `Requested version ${version} is not active`);
    if (request.headers['x-restli-protocol-version'] !== '2.0.0' || /urn:li/.test(request.rawPath))
      return error(400, 'ILLEGAL_ARGUMENT', 'Syntax exception in path');
    return this.rest(request, base);
  }

  private rest(request: LoopbackRequest, base: string): LoopbackAnswer {
    const { pathname, searchParams } = request.url;
    if (pathname === '/rest/organizationAcls')
      return { status: 200, body: { elements: [{ organization: 'urn:li:organization:77', role: 'ADMINISTRATOR', state: 'APPROVED' }] } };
    if (pathname === '/rest/organizations/77') return { status: 200, body: { localizedName: 'Gust SL' } };
    const [, , noun = '', id = ''] = pathname.split('/');
    if (noun === 'images' || noun === 'documents') return this.media(noun, decodeURIComponent(id), base);
    if (request.method === 'POST') return this.publish(JSON.parse(request.body.toString()) as Record<string, unknown>);
    if (!this.mayRead) return error(403, 'ACCESS_DENIED', 'Not enough permissions to access: GET /posts');
    if (searchParams.get('q') === 'author') {
      if (request.headers['x-restli-method'] !== 'FINDER') return error(400, 'ILLEGAL_ARGUMENT', 'Unknown method');
      return { status: 200, body: { elements: this.posts.filter(({ author }) => author === searchParams.get('author')).toReversed() } };
    }
    const post = this.posts.find((each) => each.id === decodeURIComponent(id));
    return post ? { status: 200, body: { ...post, lifecycleState: 'PUBLISHED' } } : error(404, 'NOT_FOUND', 'Could not find entity');
  }

  private publish(body: Record<string, unknown>): LoopbackAnswer {
    const fault = this.nextFault;
    this.nextFault = undefined;
    const refusal = fault && refusals[fault];
    if (refusal) return refusal;
    const unknown = Object.keys(body).find((name) => !known.has(name));
    if (unknown) return error(422, 'UNPERMITTED_FIELD', `ERROR :: /${unknown} :: unrecognized field found but not allowed`);
    const { author, commentary } = body as { author: string; commentary: string };
    if (commentary.length > 6_000) return error(422, 'INVALID_VALUE', 'commentary is too long');
    const earlier = this.posts.find((post) => post.author === author && post.commentary === commentary);
    if (earlier)
      return error(422, 'UNPROCESSABLE', `Content is a duplicate of ${earlier.id}`, {
        errorDetails: { inputErrors: [{ code: 'DUPLICATE_POST' }] },
      });
    const id = `urn:li:share:${7_000_000_000_000_000_000n + BigInt(this.next++)}`;
    const shown = fault === 'cuts' ? commentary.slice(0, 5) : cutAtReserved(commentary);
    if (fault !== 'drops' && fault !== 'no-id') this.posts.push({ id, author, commentary: shown, media: mediaIn(body) });
    if (fault === 'lost-after') return 'lost';
    return { status: 201, headers: fault === 'no-id' ? {} : { 'x-restli-id': id } };
  }

  private media(noun: 'images' | 'documents', id: string, base: string): LoopbackAnswer {
    if (id) return { status: 200, body: { id, status: this.uploads.has(id) ? 'AVAILABLE' : 'WAITING_UPLOAD' } };
    const urn = `urn:li:${noun.slice(0, -1)}:C4E${this.next++}`;
    return { status: 200, body: { value: { uploadUrl: `${base}/uploads/${encodeURIComponent(urn)}`, [noun.slice(0, -1)]: urn } } };
  }

  private upload({ url, body, method }: LoopbackRequest): LoopbackAnswer {
    if (method !== 'PUT') return error(405, 'METHOD', 'use PUT');
    this.uploads.set(decodeURIComponent(url.pathname.slice('/uploads/'.length)), body);
    return { status: 201 };
  }

  private token(form: URLSearchParams): LoopbackAnswer {
    if (this.refusesClient || form.get('client_id') !== 'client' || form.get('client_secret') !== 'secret')
      return { status: 401, body: { error: 'invalid_client', error_description: 'Client authentication failed' } };
    if (form.get('grant_type') === 'refresh_token') return this.refresh(form);
    const code = form.get('code') ?? '';
    const given = this.codes.get(code);
    this.codes.delete(code);
    const challenge = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url');
    if (!given || form.get('redirect_uri') !== given.redirectUri || challenge !== given.challenge)
      return {
        status: 400,
        body: {
          error: 'invalid_request',
          error_description: 'Unable to retrieve access token: appid/redirect uri/code verifier does not match',
        },
      };
    return this.grant();
  }

  private refresh(form: URLSearchParams): LoopbackAnswer {
    if (form.get('refresh_token') !== this.refreshToken)
      return { status: 400, body: { error: 'invalid_grant', error_description: 'The provided refresh token is invalid' } };
    this.refreshes++;
    this.onRefresh?.();
    this.accessToken = `access-${randomUUID()}`;
    return this.grant();
  }

  private grant(): LoopbackAnswer {
    const { accessToken, refreshToken } = this;
    return {
      status: 200,
      body: {
        access_token: accessToken,
        expires_in: 5_184_000,
        refresh_token: refreshToken,
        refresh_token_expires_in: 31_536_000,
        scope: scopes,
      },
    };
  }
}

const refusals: Partial<Record<LinkedInFault, LoopbackAnswer>> = {
  'lost-before': { status: 503, body: { status: 503, message: 'Service unavailable' } },
  'rate-limited': {
    status: 429,
    headers: { 'retry-after': '120', 'content-type': 'application/json' },
    body: { status: 429, message: 'Resource level throttle limit reached' },
  },
  revoked: error(401, 'REVOKED_ACCESS_TOKEN', 'The token used in the request has been revoked by the user', { serviceErrorCode: 65_601 }),
  version: error(426, 'NONEXISTENT_VERSION', 'Requested version is not active'),
  refused: error(403, 'ACCESS_DENIED', 'Not enough permissions to access: partnerApiPosts.CREATE'),
  html: { status: 200, headers: { 'content-type': 'text/html' }, body: '<html>Welcome to the captive portal</html>' },
  huge: { status: 201, headers: { 'content-type': 'application/json' }, body: `{"x":"${'x'.repeat(2_000_000)}"}` },
};

function mediaIn({ content }: Record<string, unknown>): string[] {
  const { media, multiImage } = (content ?? {}) as { media?: { id: string }; multiImage?: { images: { id: string }[] } };
  return media ? [media.id] : (multiImage?.images ?? []).map(({ id }) => id);
}

/** A hashtag template is no reserved character. */
function cutAtReserved(commentary: string): string {
  const whole = /^(?:\\.|\{hashtag\|\\#\|(?:\\.|[^\\}])*\}|[^\\|{}@[\]()<>#*_~])*/su.exec(commentary)![0];
  return whole;
}
