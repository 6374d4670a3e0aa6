/** Test fixture: a gateway with two users, a receiver with responses by path, and one that must receive nothing. */
import { createHmac, randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { Database } from '#platform';
import { type ReceivedRequest, type Receiver, startReceiver, until } from '#testing';
import { type Answer, type OwnGateway, startGateway } from '../../../testing/own-gateway.ts';

export interface Owner {
  readonly id: string;
  readonly token: string;
}

export interface Delivery {
  readonly id: string;
  readonly state: string;
  readonly attempts: number;
  readonly nextAttemptAt: string | null;
  readonly tries: { status: number | null; error: string | null; snippet: string }[];
}

/** Responses of the receiver by path; default 200. */
const answers: Record<string, (response: ServerResponse) => void> = {
  '/refuses': (response) => void response.writeHead(500).end('no\u0000pe'),
  '/gone': (response) => void response.writeHead(410).end(),
  '/busy': (response) => void response.writeHead(503, { 'retry-after': '7200' }).end(),
  '/hangs': () => {},
  '/elsewhere': (response) => void response.writeHead(307, { location: '/redirected' }).end(),
  '/talks': (response) => void response.end('x'.repeat(100_000)),
};

const patienceMs = 20_000;

export class WebhookFixture {
  readonly gateway: OwnGateway;
  readonly receiver: Receiver;
  /** On a forbidden address. */
  readonly inside: Receiver;
  ana!: Owner;
  ben!: Owner;

  constructor(gateway: OwnGateway, receiver: Receiver, inside: Receiver) {
    this.gateway = gateway;
    this.receiver = receiver;
    this.inside = inside;
  }

  async register(name: string): Promise<Owner> {
    const account = { email: `${name}@example.org`, password: 'correct horse battery' };
    const { json } = await this.gateway.ask('POST', '/v1/auth/register', { body: account });
    return { id: json.user.id, token: (await this.gateway.ask('POST', '/v1/auth/login', { body: account })).json.accessToken };
  }

  /** A PATCH changes the resource whatever it is, unless told what it was read as. */
  ask(owner: Owner, method: string, path: string, body?: unknown, ifMatch = method === 'PATCH' ? '*' : undefined): Promise<Answer> {
    const headers: Record<string, string> = ifMatch === undefined ? {} : { 'if-match': ifMatch };
    return this.gateway.ask(method, path, { token: owner.token, headers, ...(body === undefined ? {} : { body }) });
  }

  sql(text: string, values: unknown[] = []) {
    return this.gateway.app.get(Database).source.query(text, values);
  }

  async create(owner: Owner, path: string, more: object = {}): Promise<Answer['json']> {
    return (await this.ask(owner, 'POST', '/v1/webhooks', { url: this.receiver.url + path, ...more })).json;
  }

  async deliveries(owner: Owner, id: string): Promise<Delivery[]> {
    return (await this.ask(owner, 'GET', `/v1/webhooks/${id}/deliveries`)).json.items;
  }

  /** Inserts a job and ends it like a worker. */
  async endJob(owner: Owner, state = 'succeeded', result: unknown = { ok: true }): Promise<string> {
    const id = randomUUID();
    await this.sql(
      `INSERT INTO jobs.job (id, owner_id, kind, max_attempts, subject, input, context, state, lease_until)
       VALUES ($1, $2, 'spec.nothing', 1, '{}', '{}', '{}', 'running', now() + interval '1 hour')`,
      [id, owner.id],
    );
    const values = [id, state, JSON.stringify(result)];
    await this.sql('UPDATE jobs.job SET state = $2, result = $3, lease_until = NULL, ended_at = now() WHERE id = $1', values);
    return id;
  }

  heardAt(path: string): ReceivedRequest[] {
    return this.receiver.requests.filter(({ url }) => url === path);
  }

  /** @throws Error when the receiver does not get this many messages in time */
  async heard(path: string, count = 1): Promise<ReceivedRequest[]> {
    if (await until(() => this.heardAt(path).length >= count, patienceMs)) return this.heardAt(path);
    throw new Error(`${path} received ${this.heardAt(path).length} messages, not ${count}`);
  }

  /** Waits until the newest delivery matches. @throws Error on timeout */
  async settled(owner: Owner, webhookId: string, check: (delivery: Delivery) => boolean): Promise<Delivery> {
    let last: Delivery | undefined;
    const found = await until(async () => {
      [last] = await this.deliveries(owner, webhookId);
      return last !== undefined && check(last);
    }, patienceMs);
    if (found && last) return last;
    throw new Error(`the delivery is still ${JSON.stringify(last)}`);
  }

  /** Makes pending retries due immediately. */
  async tryNow(): Promise<void> {
    await this.sql('UPDATE gateway.webhook SET paused_until = NULL');
    await this.sql(`UPDATE gateway.webhook_delivery SET next_at = now() WHERE state = 'pending'`);
  }

  async stop(): Promise<void> {
    await this.gateway.stop();
    await Promise.all([this.receiver.stop(), this.inside.stop()]);
  }
}

export async function startWebhookFixture(): Promise<WebhookFixture> {
  const receiver = await startReceiver(({ url }, response) => (answers[url] ? answers[url](response) : void response.end('thanks')));
  const inside = await startReceiver((_heard, response) => void response.end('secret'));
  const gateway = await startGateway({
    OUTBOUND_ALLOW_PRIVATE: receiver.host,
    GATEWAY_WEBHOOK_TIMEOUT_MS: '2000',
    GATEWAY_WEBHOOKS_PER_USER: '30',
  });
  const hooks = new WebhookFixture(gateway, receiver, inside);
  [hooks.ana, hooks.ben] = [await hooks.register('ana'), await hooks.register('ben')];
  return hooks;
}

/** Verifies a signature like a receiver. */
export function signedWith({ headers, body }: ReceivedRequest, secret: string): boolean {
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
  const text = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`;
  const wanted = `v1,${createHmac('sha256', key).update(text).digest('base64')}`;
  return String(headers['webhook-signature']).split(' ').includes(wanted);
}
