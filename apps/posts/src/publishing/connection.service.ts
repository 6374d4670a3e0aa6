import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Outbound } from '#compute';
import {
  type connectPublisher,
  Failure,
  invalidField,
  type Publisher as PublisherResource,
  publisherAccountsMax,
  type ReplyOf,
  type RequestOf,
} from '#contracts';
import { newSecret, requireSubject } from '#platform';
import type { SealedGrant } from './access.service.ts';
import { type AccountRow, AccountStore } from './account.store.ts';
import { AuthorizationService } from './authorization.service.ts';
import type { Authorizer } from './publisher.ts';
import { PublisherRegistry } from './publisher-registry.service.ts';
import { presentAccount } from './publishing.presenter.ts';
import { TokenSealer } from './token-sealer.service.ts';

type ConnectRequest = RequestOf<typeof connectPublisher>;
type Connection = ReplyOf<typeof connectPublisher>;

const checkWithinMs = 5_000;

@Injectable() // connects accounts elsewhere: by permission of their owner, or by address
export class ConnectionService {
  constructor(
    private readonly accounts: AccountStore,
    private readonly publishers: PublisherRegistry,
    private readonly sealer: TokenSealer,
    private readonly outbound: Outbound,
    private readonly authorizations: AuthorizationService,
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
    return authorizer ? this.begin(request, authorizer) : this.connectAddress(request, ownerId);
  }

  private async begin({ name, author = 'person', ...rest }: ConnectRequest, authorizer: Authorizer): Promise<Connection> {
    refuseFields({ url: rest.url, readBackUrl: rest.readBackUrl, title: rest.title }, 'is for webhooks');
    const { authorizationUrl, expiresAt } = await this.authorizations.begin(name, authorizer, author);
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
}

/** It keeps its place among the accounts. Whose account a provider gives access to is known when the browser comes back: the store counts again. */
const mayBeConnectedAgain = ({ publisher, authorKind, authorId }: AccountRow, { name, author = 'person', url }: ConnectRequest): boolean =>
  publisher === name && (authorKind === 'address' ? authorId === url : authorKind === author);

const invalid = (field: string, detail: string) => invalidField(`/body/${field}`, `${field} ${detail}.`);

function refuseFields(fields: Readonly<Record<string, unknown>>, detail: string): void {
  const [name] = Object.entries(fields).find(([, value]) => value !== undefined) ?? [];
  if (name) throw invalid(name, detail);
}
