import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import Fastify, { type FastifyInstance } from 'fastify';
import { Failure, failures, type Rpc } from '#contracts';
import { type Bus, openCall, runInCall } from '#platform';
import type { Endpoint } from '../http/endpoint.ts';
import { installRequestHooks } from '../http/request-hooks.ts';
import { serveEndpoints } from '../http/serve-endpoints.ts';
import { confirmationPage } from './confirmation-page.ts';
import { ConnectionsController } from './connections.controller.ts';
import { createPublisherConnection, receivePublisherConnection } from './publishers.endpoints.ts';

const received = { publisher: 'linkedin', state: 'a-state', confirmation: 'a-value', expiresAt: '2026-01-31T12:10:00.000Z' } as const;
const id = '0b3f5e0a-4a55-4c8c-9d5f-3d9c1a2b7e10';
const at = '2026-01-31T12:00:00.000Z';
const account = {
  ...{ id, kind: 'publisher-account', publisher: 'linkedin', title: 'Ana', author: { kind: 'person', id: 'urn:li:person:1' } },
  ...{ status: 'connected', scopes: [], accessUntil: null, createdAt: at, updatedAt: at },
};

/** The posts service: remembers what it was asked and says what it is told to. */
const asked: [subject: string, request: unknown][] = [];
let replies: unknown;
const bus = {
  call: async ({ subject }: Rpc, request: unknown) => {
    asked.push([subject, request]);
    return replies;
  },
} as unknown as Bus;

let fastify: FastifyInstance;
beforeAll(async () => {
  const controller = new ConnectionsController(bus);
  fastify = Fastify();
  fastify.addHook('onRequest', (_request, _reply, done) => runInCall(openCall({ deadlineMs: 0 }), done));
  installRequestHooks(fastify);
  fastify.setErrorHandler((error, _request, reply) => void reply.code(failures[Failure.from(error).code].status).send());
  const handlers = [
    { endpoint: receivePublisherConnection, handle: controller.receive.bind(controller) as unknown },
    { endpoint: createPublisherConnection, handle: controller.create.bind(controller) as unknown },
  ].map(({ endpoint, handle }) => ({
    endpoint: endpoint as unknown as Endpoint,
    handle: (input: unknown, _request: unknown, reply: unknown) =>
      (handle as (input: unknown, reply: unknown) => Promise<unknown>)(input, reply),
  }));
  serveEndpoints(fastify, handlers, { gates: [], aroundPosts: [] });
  await fastify.ready();
});
afterAll(() => fastify.close());
beforeEach(() => {
  asked.length = 0;
  replies = { ...received, returnUrl: null };
});

describe('the callback of a publisher', () => {
  const url = '/v1/publishers/linkedin/callback?state=a-state&code=a-code';

  it('answers programs in JSON what confirms the connection, to be kept nowhere', async () => {
    const { statusCode, headers, body } = await fastify.inject({ url });
    expect([statusCode, headers['content-type'], JSON.parse(body)]).toEqual([200, 'application/json; charset=utf-8', received]);
    expect([headers['cache-control'], headers['referrer-policy'], headers.etag]).toEqual(['no-store', 'no-referrer', undefined]);
    expect(asked).toEqual([['posts.publisher-connection.receive.v1', { name: 'linkedin', state: 'a-state', code: 'a-code' }]]);
  });

  it('shows browsers a page with the values and what to do with them', async () => {
    const { statusCode, headers, body } = await fastify.inject({ url, headers: { accept: 'text/html,*/*;q=0.8' } });
    expect([statusCode, headers['content-type'], headers['cache-control']]).toEqual([200, 'text/html; charset=utf-8', 'no-store']);
    expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
    for (const text of ['<code>a-state</code>', '<code>a-value</code>', 'POST /v1/publishers/linkedin/connections', 'close this page'])
      expect(body).toContain(text);
  });

  it('sends browsers on to the page of the installation', async () => {
    replies = { ...received, returnUrl: 'https://app.example/?state=a-state&confirmation=a-value' };
    const { statusCode, headers, body } = await fastify.inject({ url, headers: { accept: 'text/html' } });
    expect([statusCode, headers.location, body]).toEqual([303, 'https://app.example/?state=a-state&confirmation=a-value', '']);
    expect(headers['cache-control']).toBe('no-store');
  });

  it('writes no value into the page as markup', () => {
    const page = confirmationPage({ ...received, state: '<script>1</script>', confirmation: `"'&` });
    expect(page).not.toContain('<script>');
    expect(page).toContain('&lt;script&gt;1&lt;/script&gt;');
    expect(page).toContain('&quot;&#39;&amp;');
  });
});

describe('the confirmation of a connection', () => {
  it('answers the accounts, with the place of the first one', async () => {
    replies = { accounts: [account] };
    const payload = { state: 'a-state', confirmation: 'a-value' };
    const { statusCode, headers, body } = await fastify.inject({ method: 'POST', url: '/v1/publishers/linkedin/connections', payload });
    expect([statusCode, headers.location]).toEqual([201, `/v1/publishers/accounts/${id}`]);
    expect(JSON.parse(body)).toEqual({ accounts: [account] });
    expect(asked).toEqual([['posts.publisher-connection.create.v1', { name: 'linkedin', ...payload }]]);
  });

  it('needs both values', async () => {
    const payload = { state: 'a-state' };
    expect((await fastify.inject({ method: 'POST', url: '/v1/publishers/linkedin/connections', payload })).statusCode).toBe(400);
    expect(asked).toEqual([]);
  });
});
