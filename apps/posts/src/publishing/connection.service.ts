import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Outbound } from '#compute';
import {
  type completeConnection,
  type connectPublisher,
  Failure,
  invalidField,
  type PublisherAccount,
  type Publisher as PublisherResource,
  publisherAccountsMax,
  type ReplyOf,
  type RequestOf,
} from '#contracts';
import { newSecret, requireSubject } from '#platform';
import type { SealedGrant } from './access.service.ts';
import { type AccountRow, AccountStore, type ConnectState } from './account.store.ts';
import { type Author, type Authorizer, type Grant, isRefusal, type Refusal } from './publisher.ts';
import { PublisherRegistry } from './publisher-registry.service.ts';
import { presentAccount } from './publishing.presenter.ts';
import { TokenSealer } from './token-sealer.service.ts';

type ConnectRequest = RequestOf<typeof connectPublisher>;
type Connection = ReplyOf<typeof connectPublisher>;

const stateLifetimeSeconds = 600;
const checkWithinMs = 5_000;
/** Below the deadline of the call. */
const exchangeWithinMs = 12_000;

@Injectable() // connects accounts elsewhere: by permission of their owner, or by address
export class ConnectionService {
  constructor(
    private readonly accounts: AccountStore,
    private readonly publishers: PublisherRegistry,
    private readonly sealer: TokenSealer,
    private readonly outbound: Outbound,
  ) {}

  async list(): Promise<{ items: PublisherResource[]; nextCursor: null }> {
    const own = await this.accounts.list(requireSubject());
    const items = this.publishers.all.map(
      ({ name, title, connectBy, textMaxUnits, attachmentsMax, isConfigured }): PublisherResource => ({
        ...{ name, title, state: isConfigured ? 'ready' : 'not-configured', connectBy, textMaxUnits, attachmentsMax },
        accounts: own.filter(({ publisher }) => publisher === name).map(presentAccount),
      }),
    );
    return { items, nextCursor: null };
  }

  /** @throws Failure `publisher-not-configured`, `too-many-publisher-accounts`, `request-invalid`, `address-refused`, `remote-unreachable` */
  async connect(request: ConnectRequest): Promise<Connection> {
    const { authorizer } = this.publishers.getConfigured(request.name);
    const ownerId = requireSubject();
    const own = await this.accounts.list(ownerId);
    if (own.length >= publisherAccountsMax && !own.some((account) => mayBeConnectedAgain(account, request)))
      throw new Failure('too-many-publisher-accounts', `You may connect ${publisherAccountsMax} accounts.`);
    return authorizer ? this.begin(request, authorizer, ownerId) : this.connectAddress(request, ownerId);
  }

  private async begin({ name, author = 'person', ...rest }: ConnectRequest, authorizer: Authorizer, ownerId: string): Promise<Connection> {
    refuseFields({ url: rest.url, readBackUrl: rest.readBackUrl, title: rest.title }, 'is for webhooks');
    const [state, verifier] = [randomBytes(32).toString('base64url'), randomBytes(48).toString('base64url')];
    const digest = digestOf(state);
    const sealed = await this.sealer.seal({ verifier }, digest.toString('hex'));
    const expiresAt = await this.accounts.addState({ digest, ownerId, publisher: name, author, sealed }, stateLifetimeSeconds);
    const challenge = createHash('sha256').update(verifier).digest('base64url');
    const authorizationUrl = authorizer.authorizationUrl({ state, challenge, author });
    return { authorizationUrl, expiresAt: expiresAt.toISOString(), account: null, signingSecret: null };
  }

  private async connectAddress(request: ConnectRequest, ownerId: string): Promise<Connection> {
    const { name, url, title, author } = request;
    const readBackUrl = request.readBackUrl ?? null;
    refuseFields({ author }, 'is for LinkedIn');
    if (!url) throw invalid('url', 'is needed');
    await this.outbound.check(url, checkWithinMs);
    if (readBackUrl !== null) {
      if (!readBackUrl.includes('{id}')) throw invalid('readBackUrl', 'must contain {id}');
      await this.outbound.check(readBackUrl.replaceAll('{id}', 'id'), checkWithinMs);
    }
    const signingSecret = newSecret();
    const grantId = randomUUID();
    const sealed = await this.sealer.seal({ signingSecret } satisfies SealedGrant, grantId);
    const grant = { id: grantId, ownerId, sealed, accessUntil: null, refreshUntil: null, scopes: [] };
    const named = {
      id: randomUUID(),
      publisher: name,
      title: title ?? new URL(url).host,
      authorKind: 'address' as const,
      authorId: url,
      readBackUrl,
    };
    const [account] = await this.accounts.connect(grant, [named]);
    return { authorizationUrl: null, expiresAt: null, account: presentAccount(account!), signingSecret };
  }

  /**
   * The browser comes back from the provider. The owner is the one who began the connection.
   *
   * @throws Failure `connect-state-invalid`, `publisher-refused`, `publisher-unreachable`, `publisher-not-configured`, `too-many-publisher-accounts`
   */
  async complete({
    name,
    state,
    code,
    error,
    error_description: why,
  }: RequestOf<typeof completeConnection>): Promise<{ accounts: PublisherAccount[] }> {
    const { authorizer } = this.publishers.getConfigured(name);
    const begun = authorizer && (await this.accounts.takeState(digestOf(state), name));
    if (!begun) throw new Failure('connect-state-invalid', 'This state is not known: it was used, has expired, or was never given out.');
    if (error !== undefined || code === undefined)
      throw new Failure('publisher-refused', `The provider refuses: ${why ?? error ?? 'it gave no code.'}`);
    const opened = (await this.sealer.unseal(begun.sealed, begun.digest.toString('hex'))) as { verifier: string } | undefined;
    if (!opened) throw new Failure('connect-state-invalid', 'The secret of this installation has changed meanwhile.');
    const { grant, authors } = await exchange(authorizer, { code, verifier: opened.verifier, author: begun.author });
    const connected = await this.save(begun, grant, authors);
    return { accounts: connected.map(presentAccount) };
  }

  private async save({ ownerId, publisher }: ConnectState, grant: Grant, authors: readonly Author[]): Promise<AccountRow[]> {
    const { accessToken, refreshToken, accessUntilMs, refreshUntilMs, scopes } = grant;
    const id = randomUUID();
    const sealed = await this.sealer.seal({ accessToken, refreshToken } satisfies SealedGrant, id);
    const refreshUntil = refreshUntilMs === null ? null : new Date(refreshUntilMs);
    const accounts = authors.map(({ kind, id: authorId, title }) => ({
      ...{ id: randomUUID(), publisher, title, authorKind: kind, authorId, readBackUrl: null },
    }));
    return this.accounts.connect({ id, ownerId, sealed, accessUntil: new Date(accessUntilMs), refreshUntil, scopes }, accounts);
  }
}

/** It keeps its place among the accounts. Whose account a provider gives access to is known when the browser comes back: the store counts again. */
const mayBeConnectedAgain = ({ publisher, authorKind, authorId }: AccountRow, { name, author = 'person', url }: ConnectRequest): boolean =>
  publisher === name && (authorKind === 'address' ? authorId === url : authorKind === author);

const digestOf = (state: string): Buffer => createHash('sha256').update(state).digest();

const invalid = (field: string, detail: string) => invalidField(`/body/${field}`, `${field} ${detail}.`);

function refuseFields(fields: Readonly<Record<string, unknown>>, detail: string): void {
  const [name] = Object.entries(fields).find(([, value]) => value !== undefined) ?? [];
  if (name) throw invalid(name, detail);
}

function accepted<T extends object>(outcome: T | Refusal): T {
  if (!isRefusal(outcome)) return outcome;
  const code = outcome.kind === 'unreachable' || outcome.kind === 'rate-limited' ? 'publisher-unreachable' : 'publisher-refused';
  throw new Failure(code, outcome.detail);
}

interface Permission {
  readonly code: string;
  readonly verifier: string;
  readonly author: Author['kind'];
}

async function exchange(authorizer: Authorizer, { code, verifier, author }: Permission): Promise<{ grant: Grant; authors: Author[] }> {
  const signal = AbortSignal.timeout(exchangeWithinMs);
  try {
    const grant = accepted(await authorizer.exchange(code, verifier, signal));
    return { grant, authors: accepted(await authorizer.authorsOf(grant.accessToken, author, signal)) };
  } catch (error) {
    if (error instanceof Failure || !signal.aborted) throw error;
    throw new Failure('publisher-unreachable', 'The provider did not answer in time.', { cause: error });
  }
}
