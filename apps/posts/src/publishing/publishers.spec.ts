/** Both publishers keep one suite, each against a provider on the loopback address. */
import { createHmac } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { Outbound } from '#compute';
import { newSecret } from '#platform';
import { LinkedInPublisher } from './linkedin/linkedin.publisher.ts';
import { LinkedInApi } from './linkedin/linkedin-api.ts';
import { fromLittleText } from './linkedin/little-text.ts';
import { LinkedInServer } from './testing/linkedin-server.ts';
import { type LoopbackAnswer, startLoopback } from './testing/loopback-server.ts';
import { type ProviderFault, type PublisherFixture, publisherSuite } from './testing/publisher.suite.ts';
import { WebhookPublisher } from './webhook/webhook.publisher.ts';

const settings = (url: string) => ({
  ...{ apiUrl: url, authUrl: url, clientId: 'client', clientSecret: 'secret', version: '202610' },
  callbackUrl: 'https://api.example/v1/publishers/linkedin/callback',
});

async function linkedinFixture(): Promise<PublisherFixture> {
  const { linkedin, server } = await LinkedInServer.start();
  return {
    publisher: (outbound) => new LinkedInPublisher(new LinkedInApi(outbound, settings(server.url))),
    access: { author: 'urn:li:person:782bbtaQ', secret: 'access-1', readBackUrl: null },
    host: server.host,
    requests: () => server.requests.length,
    shown: () => linkedin.posts.map(({ commentary }) => fromLittleText(commentary)),
    files: () => linkedin.posts.at(-1)!.media.map((id) => linkedin.uploads.get(id)!),
    meet: (fault) => {
      linkedin.nextFault = fault;
    },
    forbidReading: () => {
      linkedin.mayRead = false;
    },
    stop: () => server.stop(),
  };
}

const answers: Partial<Record<ProviderFault, LoopbackAnswer>> = {
  'lost-before': { status: 500, body: { message: 'out of order' } },
  'rate-limited': { status: 429, headers: { 'retry-after': '120' } },
  revoked: { status: 410 },
  version: { status: 426 },
  refused: { status: 422, body: { message: 'too rude' } },
  html: { status: 200, headers: { 'content-type': 'text/html' }, body: '<p>ok</p>' },
  huge: { status: 200, headers: { 'content-type': 'application/json' }, body: `{"x":"${'x'.repeat(2_000_000)}"}` },
};

interface Received {
  readonly id: string;
  readonly data: { readonly text: string; readonly attachments: readonly { readonly base64: string }[] };
}

/** A receiver that verifies signatures and knows the ids of attempts. */
async function webhookFixture(): Promise<PublisherFixture> {
  const secret = newSecret();
  const shown = new Map<string, Received>();
  let nextFault: ProviderFault | undefined;
  let mayRead = true;
  const server = await startLoopback(({ method, url, headers, body }) => {
    const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`;
    const expected = createHmac('sha256', Buffer.from(secret.slice('whsec_'.length), 'base64'))
      .update(signed)
      .digest('base64');
    if (headers['webhook-signature'] !== `v1,${expected}`) return { status: 401 };
    if (method === 'GET') {
      if (!mayRead) return { status: 403 };
      const found = shown.get(url.pathname.slice('/posts/'.length));
      return found ? { status: 200, body: { text: found.data.text, url: 'javascript:alert(1)' } } : { status: 404 };
    }
    const fault = nextFault;
    nextFault = undefined;
    const answer = fault && answers[fault];
    if (answer) return answer;
    const received = JSON.parse(body.toString()) as Received;
    if (fault !== 'drops' && fault !== 'no-id') shown.set(received.id, received);
    if (fault === 'lost-after') return 'lost';
    return { status: 202, body: fault === 'no-id' ? {} : { id: received.id } };
  });
  return {
    publisher: (outbound) => new WebhookPublisher(outbound, true),
    access: { author: `${server.url}/posts`, secret, readBackUrl: `${server.url}/posts/{id}` },
    host: server.host,
    requests: () => server.requests.length,
    shown: () => [...shown.values()].map(({ data }) => data.text),
    files: () => [...shown.values()].at(-1)!.data.attachments.map(({ base64 }) => Buffer.from(base64, 'base64')),
    meet: (fault) => {
      nextFault = fault;
    },
    forbidReading: () => {
      mayRead = false;
    },
    stop: () => server.stop(),
  };
}

publisherSuite('linkedin', linkedinFixture);
publisherSuite('webhook', webhookFixture);

describe('a webhook', () => {
  it('names no address that is not one of the web', async () => {
    const fixture = await webhookFixture();
    const publisher = fixture.publisher(new Outbound({ ports: [], allowPrivate: [fixture.host] }));
    const { signal } = new AbortController();
    const sent = await publisher.send(fixture.access, { id: 'x', text: 'Once.', files: [] }, signal);
    const found = await publisher.readBack(fixture.access, (sent as { providerId: string }).providerId, signal);
    expect(found).toEqual({ kind: 'found', text: 'Once.', url: null });
    await fixture.stop();
  });
});

describe('LinkedIn', () => {
  it('refuses a duplicate with the id of the post that it is one of', async () => {
    const { linkedin, server } = await LinkedInServer.start();
    const publisher = new LinkedInPublisher(
      new LinkedInApi(new Outbound({ ports: [], allowPrivate: [server.host] }), settings(server.url)),
    );
    const access = { author: 'urn:li:person:782bbtaQ', secret: 'access-1', readBackUrl: null };
    const send = () => publisher.send(access, { id: 'x', text: 'Twice.', files: [] }, new AbortController().signal);
    await send();
    expect(await send()).toMatchObject({ kind: 'duplicate', providerId: linkedin.posts[0]!.id });
    linkedin.unauthorized = 65_602;
    expect(await send()).toMatchObject({ kind: 'token-expired' });
    await server.stop();
  });

  it('is not configured without credentials or an address to come back to', () => {
    const outbound = new Outbound({ ports: [], allowPrivate: [] });
    const isConfigured = (own: object) =>
      new LinkedInPublisher(new LinkedInApi(outbound, { ...settings('http://x'), ...own })).isConfigured;
    expect([{ clientId: undefined }, { clientSecret: undefined }, { callbackUrl: undefined }, {}].map(isConfigured)).toEqual([
      false,
      false,
      false,
      true,
    ]);
  });

  it('shows one document or pictures', () => {
    const publisher = new LinkedInPublisher(new LinkedInApi(new Outbound({ ports: [], allowPrivate: [] }), settings('http://x')));
    const [pdf, png] = [{ contentType: 'application/pdf' }, { contentType: 'image/png' }];
    expect(publisher.faultOfFiles([pdf])).toBeUndefined();
    expect(publisher.faultOfFiles([png, png])).toBeUndefined();
    expect(publisher.faultOfFiles([pdf, png])).toContain('one document');
  });
});
