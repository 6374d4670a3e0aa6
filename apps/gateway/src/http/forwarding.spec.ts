import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import Fastify, { type FastifyInstance, type InjectOptions } from 'fastify';
import * as z from 'zod';
import {
  Failure,
  failures,
  ifExists,
  ifRevision,
  list,
  ownerChanges,
  type ReplyOf,
  type Rpc,
  resource,
  rpc,
  updateFailures,
} from '#contracts';
import { type Bus, openCall, runInCall } from '#platform';
import { forwarder } from './forwarding.ts';
import { presentList, presentResource } from './presenter.ts';
import { installRequestHooks } from './request-hooks.ts';
import { serveEndpoints } from './serve-endpoints.ts';
import { serviceEndpoint } from './service-endpoint.ts';
import type { JobEnds } from './started-job.ts';

const clip = resource('clip', { curve: z.array(z.number()) });
const clipId = z.strictObject({ clipId: z.uuid() });
const call = { failures: [], deadlineMs: 1_000 } as const;
const getClip = rpc({ ...call, subject: 'video.clip.get.v1', request: clipId, reply: clip });
const updateClip = rpc({
  ...call,
  subject: 'video.clip.update.v1',
  request: z.strictObject({ ...clipId.shape, ...ifRevision, ...ownerChanges }),
  reply: clip,
  failures: [...updateFailures],
});
const deleteClip = rpc({ ...call, subject: 'video.clip.delete.v1', request: clipId.extend(ifRevision), reply: z.object({}) });
const putClip = rpc({
  ...call,
  subject: 'video.clip.put.v1',
  request: z.strictObject({ ...clipId.shape, ...ifRevision, ...ifExists, text: z.string() }),
  reply: z.object({ clip, created: z.boolean() }),
});
const listClips = rpc({
  ...call,
  subject: 'video.clip.list.v1',
  ...list({ item: clip, sorts: ['createdAt', 'title'], fields: ['curve'] }),
});

const present = presentResource({ id: 'ClipResource', of: clip, links: { self: '/v1/clips/{id}' } });
const presentWritten = { schema: present.schema, of: ({ clip }: ReplyOf<typeof putClip>) => present.of(clip) };
const declared = { tag: 'Clips', summary: 'Clips', auth: 'user' } as const;
const one = { ...declared, path: '/v1/clips/:clipId' } as const;
const endpoints = [
  serviceEndpoint({ ...one, method: 'GET', calls: getClip, present }),
  serviceEndpoint({ ...one, method: 'PATCH', calls: updateClip, present }),
  serviceEndpoint({
    ...one,
    method: 'PUT',
    calls: putClip,
    present: presentWritten,
    creates: ({ created }) => (created ? { path: '/v1/clips/new' } : undefined),
  }),
  serviceEndpoint({ ...one, method: 'DELETE', calls: deleteClip }),
  serviceEndpoint({ ...declared, method: 'GET', path: '/v1/clips', calls: listClips, present: presentList(present, listClips) }),
];

const id = '0b3f5e0a-4a55-4c8c-9d5f-3d9c1a2b7e10';
const at = '2026-01-31T12:00:00.000Z';
const found = { id, kind: 'clip', state: 'ready', title: 'A', tags: [], metadata: {}, externalId: null, curve: [1] };
const replied = { ...found, job: null, problem: null, revision: 3, createdAt: at, updatedAt: at };

/** The service: remembers what it was asked and says what it is told to. */
const asked: unknown[] = [];
let replies: unknown = replied;
const bus = {
  call: async (_: Rpc, request: unknown) => {
    asked.push(request);
    return replies;
  },
} as unknown as Bus;

let fastify: FastifyInstance;
beforeAll(async () => {
  fastify = Fastify();
  fastify.addHook('onRequest', (_request, _reply, done) => runInCall(openCall({ deadlineMs: 0 }), done));
  installRequestHooks(fastify);
  fastify.setErrorHandler((error, _request, reply) => {
    const { code, message } = Failure.from(error);
    void reply.code(failures[code].status).send({ code, message });
  });
  const parse = fastify.getDefaultJsonParser('error', 'error');
  fastify.addContentTypeParser(['application/merge-patch+json'], { parseAs: 'string' }, parse);
  const handlers = endpoints.map((endpoint) => ({
    endpoint,
    handle: forwarder({ ...endpoint, forward: endpoint.forward! }, bus, {} as JobEnds),
  }));
  serveEndpoints(fastify, handlers as never, { gates: [], aroundPosts: [] });
  await fastify.ready();
});
afterAll(() => fastify.close());

async function ask(options: InjectOptions, reply: unknown = replied) {
  asked.length = 0;
  replies = reply;
  const answer = await fastify.inject(options);
  return { status: answer.statusCode, headers: answer.headers, body: answer.body === '' ? undefined : answer.json() };
}

const url = `/v1/clips/${id}`;
const patch = (headers: Record<string, string>, payload: unknown = { title: 'B' }) =>
  ask({ method: 'PATCH', url, headers: { 'content-type': 'application/json', ...headers }, payload: JSON.stringify(payload) });

describe('a forwarded resource', () => {
  it('is answered with its revision in the ETag, and 304 to whoever has it', async () => {
    const first = await ask({ method: 'GET', url });
    expect(first.headers.etag).toMatch(/^"3\.[\w-]{22}"$/);
    expect(first.body).toEqual({ ...found, job: null, links: { self: url }, problem: null, createdAt: at, updatedAt: at });
    const again = await ask({ method: 'GET', url, headers: { 'if-none-match': String(first.headers.etag) } });
    expect(again.status).toBe(304);
  });

  it('is answered whole where its bytes have changed, although the revision is the same', async () => {
    const first = await ask({ method: 'GET', url });
    const again = await ask({ method: 'GET', url, headers: { 'if-none-match': String(first.headers.etag) } }, { ...replied, curve: [2] });
    expect(again.status).toBe(200);
  });
});

describe('a forwarded change', () => {
  it('takes the revision from If-Match, and answers with the new ETag', async () => {
    const { headers, status } = await patch({ 'if-match': '"3.rYZFSFM5wh1H7rBVnXIqGk"' });
    expect({ status, asked }).toEqual({ status: 200, asked: [{ clipId: id, title: 'B', ifRevision: 3 }] });
    expect(headers.etag).toMatch(/^"3\./);
  });

  it('is a merge patch too', async () => {
    const { status } = await patch({ 'if-match': '*', 'content-type': 'application/merge-patch+json' }, { externalId: null });
    expect({ status, asked }).toEqual({ status: 200, asked: [{ clipId: id, externalId: null }] });
  });

  it('is refused without If-Match (428), with a tag that is not ours (412), and with a revision in the body (400)', async () => {
    const answers = [await patch({}), await patch({ 'if-match': '"other"' }), await patch({ 'if-match': '*' }, { ifRevision: 3 })];
    expect(answers.map(({ status, body }) => [status, body.code])).toEqual([
      [428, 'precondition-required'],
      [412, 'precondition-failed'],
      [400, 'request-invalid'],
    ]);
    expect(asked).toEqual([]);
  });
});

describe('a forwarded deletion', () => {
  it('may name the revision that it is meant for', async () => {
    const whatever = await ask({ method: 'DELETE', url });
    expect([whatever.status, asked]).toEqual([204, [{ clipId: id }]]);
    await ask({ method: 'DELETE', url, headers: { 'if-match': '"3.abc-gzip"' } });
    expect(asked).toEqual([{ clipId: id, ifRevision: 3 }]);
  });
});

describe('a forwarded list', () => {
  const query = 'limit=5&sort=title&tag=live&tag=summer&fields=curve&metadata%5Bproject%5D=spring';

  it('reads tags, fields, pairs and numbers from the query', async () => {
    await ask({ method: 'GET', url: `/v1/clips?${query}` }, { items: [], nextCursor: null });
    expect(asked).toEqual([{ limit: 5, sort: 'title', tag: ['live', 'summer'], fields: ['curve'], metadata: { project: 'spring' } }]);
  });

  it('links to the next page with all else of the query, while there is one', async () => {
    const first = await ask({ method: 'GET', url: `/v1/clips?${query}` }, { items: [replied], nextCursor: 'abc' });
    expect(first.headers.link).toBe(`</v1/clips?${query}&cursor=abc>; rel="next"`);
    expect(first.body.items[0].links).toEqual({ self: url });
    expect((await ask({ method: 'GET', url: '/v1/clips?cursor=abc' }, { items: [], nextCursor: null })).headers.link).toBeUndefined();
  });
});

describe('a forwarded write', () => {
  const put = (headers: Record<string, string>, created = false) =>
    ask(
      { method: 'PUT', url, headers: { 'content-type': 'application/json', ...headers }, payload: '{"text":"t"}' },
      { clip: replied, created },
    );

  it('is answered 201 with Location where it made something, else 200, and with the ETag', async () => {
    expect(await put({}, true)).toMatchObject({
      status: 201,
      headers: { location: '/v1/clips/new', etag: expect.stringMatching(/^"3\./) },
    });
    const replaced = await put({});
    expect(replaced).toMatchObject({ status: 200, body: { id }, headers: { etag: expect.stringMatching(/^"3\./) } });
    expect(replaced.headers.location).toBeUndefined();
  });

  it.each([
    [{}, {}],
    [{ 'if-match': '"3.rYZFSFM5wh1H7rBVnXIqGk"' }, { ifRevision: 3 }],
    [{ 'if-match': '*' }, { ifExists: true }],
    [{ 'if-none-match': '*' }, { ifExists: false }],
  ])('under the conditions %j asks the service with %j', async (headers, conditions) => {
    expect((await put(headers as Record<string, string>)).status).toBe(200);
    expect(asked).toEqual([{ clipId: id, text: 't', ...conditions }]);
  });

  it('under conditions that never hold together is refused', async () => {
    expect((await put({ 'if-match': '*', 'if-none-match': '*' })).status).toBe(412);
    expect(asked).toEqual([]);
  });
});
