import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import {
  type createPublisherConnection,
  Failure,
  type PublisherAccount,
  type PublisherName,
  type ReplyOf,
  type RequestOf,
  type receivePublisherConnection,
} from '#contracts';
import { requireSubject } from '#platform';
import type { SealedGrant } from './access.service.ts';
import { type AccountRow, AccountStore } from './account.store.ts';
import { ConnectionStore, type PendingConnection } from './connection.store.ts';
import { type Author, type Authorizer, type Grant, isRefusal, type Refusal } from './publisher.ts';
import { PublisherRegistry } from './publisher-registry.service.ts';
import { PUBLISHING_CONFIG, type PublishingConfig } from './publishing.config.ts';
import { presentAccount } from './publishing.presenter.ts';
import { TokenSealer } from './token-sealer.service.ts';

/** Until the provider sends the browser back, and from then until its owner confirms. */
const lifetimeSeconds = 600;
/** Below the deadline of the call. */
const exchangeWithinMs = 12_000;

/** What is sealed of a pending connection. */
interface Granted {
  readonly grant: Grant;
  readonly authors: readonly Author[];
}

interface Begun {
  readonly authorizationUrl: string;
  readonly expiresAt: Date;
}

type Received = ReplyOf<typeof receivePublisherConnection>;

/**
 * Connects accounts by permission of their owner at a provider (OAuth 2), in three steps. Whoever permits may be somebody else than who began, sent
 * there by a link: what the provider grants is kept apart until the one who began brings a value that only the browser of the one who permitted got.
 */
@Injectable()
export class AuthorizationService {
  constructor(
    private readonly connections: ConnectionStore,
    private readonly accounts: AccountStore,
    private readonly publishers: PublisherRegistry,
    private readonly sealer: TokenSealer,
    @Inject(PUBLISHING_CONFIG) private readonly config: PublishingConfig,
  ) {}

  async begin(publisher: PublisherName, authorizer: Authorizer, author: 'person' | 'organisation'): Promise<Begun> {
    const [state, verifier] = [newValue(), randomBytes(48).toString('base64url')];
    const digest = digestOf(state);
    const sealed = await this.sealer.seal({ verifier }, digest.toString('hex'));
    const begun = { digest, ownerId: requireSubject(), publisher, author, sealed };
    const expiresAt = await this.connections.addState(begun, lifetimeSeconds);
    const challenge = createHash('sha256').update(verifier).digest('base64url');
    return { authorizationUrl: authorizer.authorizationUrl({ state, challenge, author }), expiresAt };
  }

  /**
   * The browser comes back from the provider. Nothing is connected yet.
   *
   * @throws Failure `connect-state-invalid`, `publisher-refused`, `publisher-unreachable`, `publisher-not-configured`
   */
  async receive({ name, state, code, error, error_description: why }: RequestOf<typeof receivePublisherConnection>): Promise<Received> {
    const { authorizer } = this.publishers.getConfigured(name);
    const begun = authorizer && (await this.connections.takeState(digestOf(state), name));
    if (!begun) throw new Failure('connect-state-invalid', 'This state is not known: it was used, has expired, or was never given out.');
    if (error !== undefined || code === undefined)
      throw new Failure('publisher-refused', `The provider refuses: ${why ?? error ?? 'it gave no code.'}`);
    const { digest, ownerId, publisher, author } = begun;
    const opened = (await this.sealer.unseal(begun.sealed, digest.toString('hex'))) as { verifier: string } | undefined;
    if (!opened) throw new Failure('connect-state-invalid', 'The secret of this installation has changed meanwhile.');
    const granted = await exchange(authorizer, { code, verifier: opened.verifier, author });
    const confirmation = newValue();
    const sealed = await this.sealer.seal(granted, pendingOf(digest));
    const pending = { digest, ownerId, publisher, sealed, confirmationDigest: digestOf(confirmation) };
    const expiresAt = (await this.connections.addPending(pending, lifetimeSeconds)).toISOString();
    return { publisher, state, confirmation, expiresAt, returnUrl: this.returnUrl({ state, confirmation }) };
  }

  /**
   * The owner who began connects what the provider has granted.
   *
   * @throws Failure `publisher-connection-not-found`, also for one of somebody else, a used one and a wrong value; `too-many-publisher-accounts`,
   *   after which it can be confirmed again
   */
  async confirm({
    name,
    state,
    confirmation,
  }: RequestOf<typeof createPublisherConnection>): Promise<{ readonly accounts: PublisherAccount[] }> {
    const asked = { digest: digestOf(state), ownerId: requireSubject(), publisher: name, confirmationDigest: digestOf(confirmation) };
    const connected = await this.connections.confirm(asked, (pending, tx) => this.save(pending, tx));
    if (!connected)
      throw new Failure(
        'publisher-connection-not-found',
        'No connection of yours waits for these values: they are wrong, used or expired.',
      );
    return { accounts: connected.map(presentAccount) };
  }

  private async save({ digest, ownerId, publisher, sealed: kept }: PendingConnection, tx: EntityManager): Promise<AccountRow[]> {
    const granted = (await this.sealer.unseal(kept, pendingOf(digest))) as Granted | undefined;
    if (!granted) throw new Failure('publisher-connection-not-found', 'The secret of this installation has changed meanwhile.');
    const { accessToken, refreshToken, accessUntilMs, refreshUntilMs, scopes } = granted.grant;
    const id = randomUUID();
    const sealed = await this.sealer.seal({ accessToken, refreshToken } satisfies SealedGrant, id);
    const refreshUntil = refreshUntilMs === null ? null : new Date(refreshUntilMs);
    const accounts = granted.authors.map(({ kind, id: authorId, title }) => ({
      ...{ id: randomUUID(), publisher, title, authorKind: kind, authorId, readBackUrl: null },
    }));
    return this.accounts.connectIn(tx, { id, ownerId, sealed, accessUntil: new Date(accessUntilMs), refreshUntil, scopes }, accounts);
  }

  private returnUrl(values: { readonly state: string; readonly confirmation: string }): string | null {
    if (this.config.POSTS_PUBLISHER_RETURN_URL === undefined) return null;
    const url = new URL(this.config.POSTS_PUBLISHER_RETURN_URL);
    for (const [name, value] of Object.entries(values)) url.searchParams.set(name, value);
    return url.href;
  }
}

/** 256 random bits: nobody guesses it, and its hash needs no slow function. */
const newValue = (): string => randomBytes(32).toString('base64url');

const digestOf = (value: string): Buffer => createHash('sha256').update(value).digest();

const pendingOf = (digest: Buffer): string => `pending ${digest.toString('hex')}`;

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

async function exchange(authorizer: Authorizer, { code, verifier, author }: Permission): Promise<Granted> {
  const signal = AbortSignal.timeout(exchangeWithinMs);
  try {
    const grant = accepted(await authorizer.exchange(code, verifier, signal));
    return { grant, authors: accepted(await authorizer.authorsOf(grant.accessToken, author, signal)) };
  } catch (error) {
    if (error instanceof Failure || !signal.aborted) throw error;
    throw new Failure('publisher-unreachable', 'The provider did not answer in time.', { cause: error });
  }
}
