import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as z from 'zod';
import { type Answer, Api } from './support/api.ts';
import { clicks } from './support/audio-files.ts';
import { createPublications, fillPath } from './support/sample-publications.ts';
import { openTestStack, type TestStack } from './support/test-stack.ts';
import { newUpload } from './support/tus.ts';

interface Operation {
  readonly operationId: string;
  readonly security: readonly unknown[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly example?: unknown }>> };
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, { readonly schema?: object }>> }>>;
}

let stack: TestStack;
let ana: Api;
let document: { paths: Record<string, Record<string, Operation>>; components: { schemas: Record<string, unknown> } };
let operations: { method: string; path: string; operation: Operation }[];
let ids: Record<string, string | undefined>;

beforeAll(async () => {
  stack = await openTestStack(['gateway', 'audio', 'video', 'posts', 'cache', 'health'], {
    OUTBOUND_ALLOW_PRIVATE: '127.0.0.1:9',
  });
  ana = await Api.registerOperator(stack.url, stack.processes.environment.DATABASE_URL, 'ana@example.com');
  document = (await new Api(stack.url).get('/openapi.json')).body;
  operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
  );
  const track = await ana.analyse(clicks(120, 8));
  const link = await ana.post(`/v1/tracks/${track.id}/file/links`, {});
  const uploadId = (await newUpload(ana, 10)).split('/').at(-1)!;
  const picture = await ana.post(track.links.waveformLinks, {});
  const publications = await createPublications(ana, track.id);
  const poster = await ana.post(`/v1/videos/${publications.videoId}/poster/links`, {});
  const hls = await ana.post(`/v1/videos/${publications.videoId}/hls/links`, {});
  const dash = await ana.post(`/v1/videos/${publications.videoId}/dash/links`, {});
  const spectrogram = await ana.post(`/v1/tracks/${track.id}/spectrogram.png/links`, {});
  const master = await ana.get(hls.body.url);
  const trackHls = await ana.post(`/v1/tracks/${track.id}/hls/links`, {});
  const trackMaster = await ana.get(trackHls.body.url);
  const webhook = await ana.post('/v1/webhooks', { url: 'http://127.0.0.1:9/nowhere' });
  const delivery = await ana.send(`/v1/webhooks/${webhook.body.id}/test`, { method: 'POST' });
  const users = await ana.get('/v1/operators/users');
  const check = await ana.send('/v1/system/integrity-checks', { method: 'POST' });
  const played = await ana.post(`/v1/tracks/${track.id}/renditions/${publications.renditionId}/file/links`, {});
  const apiKey = await ana.post('/v1/api-keys', { name: 'document', scopes: ['read'] });
  const invitation = await ana.post('/v1/invitations', {});
  const signingKeys = await ana.get('/v1/operators/signing-keys');
  ids = {
    ...publications,
    kid: signingKeys.body.items[0].kid,
    userId: users.body.items[0].id,
    integrityCheckId: check.body.id,
    invitationId: invitation.body.id,
    version: '1',
    number: '0',
    uploadId,
    trackId: track.id,
    jobId: track.job.id,
    webhookId: webhook.body.id,
    deliveryId: delivery.body.id,
    apiKeyId: apiKey.body.id,
    sessionId: randomUUID(),
    code: 'track-not-found',
    service: 'gateway',
    namespace: 'analysis',
    key: track.sha256,
    track: 'video',
    segment: '0.m4s',
    'file token': tokenOf(link.body.url),
    'poster token': tokenOf(poster.body.url),
    'waveform token': tokenOf(picture.body.url),
    'spectrogram token': tokenOf(spectrogram.body.url),
    'rendition token': tokenOf(played.body.url),
    'hls token': tokenOf(hls.body.url),
    'dash token': tokenOf(dash.body.url),
    'track-hls token': tokenOf(trackHls.body.url),
    'track-streams token': /\/links\/([^/]+)\/track-streams\//.exec(trackMaster.body)?.[1],
    'streams token': /\/links\/([^/]+)\/streams\//.exec(master.body)?.[1],
  };
}, 300_000);
afterAll(() => stack?.close());

/** The schemas that a schema refers to, at any depth: to read all of them for every answer takes most of the time of this suite. */
function referredSchemas(schema: object, found: Record<string, unknown> = {}): Record<string, unknown> {
  for (const [, name = ''] of JSON.stringify(schema).matchAll(/"#\/components\/schemas\/([^"]+)"/g)) {
    if (name in found) continue;
    found[name] = document.components.schemas[name];
    referredSchemas(found[name] as object, found);
  }
  return found;
}

/** Returns the declared schema of a status; undefined for a response without JSON. */
function schemaOf(operation: Operation, status: number): z.ZodType | undefined {
  const schema = operation.responses[status]?.content?.['application/json']?.schema;
  if (!schema) return undefined;
  const text = JSON.stringify({ ...schema, $defs: referredSchemas(schema) }).replaceAll('#/components/schemas/', '#/$defs/');
  return z.fromJSONSchema(JSON.parse(text));
}

function expectAsDeclared(operation: Operation, { status, body }: Answer): void {
  expect([operation.operationId, status, Object.keys(operation.responses)]).toEqual([
    operation.operationId,
    status,
    expect.arrayContaining([String(status)]),
  ]);
  const checked = schemaOf(operation, status)?.safeParse(body);
  expect([operation.operationId, checked?.error?.issues ?? []]).toEqual([operation.operationId, []]);
}

/** Fills in the ids of existing resources. */
const filled = (path: string) => fillPath(path, ids);
const find = (id: string) => operations.find(({ operation }) => operation.operationId === id)!.operation;

const tokenOf = (url: string) => /\/links\/([^/]+)\//.exec(url)?.[1];

describe('the API document', () => {
  it('has no unresolved references', () => {
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)].map(([, path]) => path!.split('/'));
    const missing = references.filter(
      (keys) => keys.reduce<unknown>((at, key) => (at as Record<string, unknown>)?.[key], document) === undefined,
    );
    expect(references.length).toBeGreaterThan(10);
    expect(missing).toEqual([]);
  });

  it('has request examples that are accepted unchanged', async () => {
    const examples = operations.flatMap(({ method, path, operation }) => {
      const example = operation.requestBody?.content['application/json']?.example;
      return example ? [{ method, path, operation, example }] : [];
    });
    expect(examples.length).toBeGreaterThan(2);
    for (const { method, path, operation, example } of examples) {
      const headers = { 'content-type': 'application/json', 'if-match': '*' };
      const answer = await ana.send(filled(path), { method, headers, body: JSON.stringify(example) });
      expect([operation.operationId, answer.status]).not.toEqual([operation.operationId, 400]);
      expectAsDeclared(operation, answer);
    }
  });

  it('declares the response of every GET', async () => {
    // Streams without an end, the file of another kind of job, the way back from a provider, an account on its way out, a cover that clicks do not have: others ask them.
    const elsewhere = /docs|metrics\/stream|v1\/events|profiles|benchmarks|callback|account-deletions|cover/;
    const gets = operations.filter(({ method, path }) => method === 'GET' && !elsewhere.test(path));
    for (const { path, operation } of gets) {
      const answer = await ana.send(filled(path), { redirect: 'manual' });
      expect([path, answer.status]).toEqual([path, operation.responses[200] ? 200 : 307]);
      expectAsDeclared(operation, answer);
    }
  });

  it('declares both responses to an upload and its errors', async () => {
    const upload = find('createTrack');
    expectAsDeclared(upload, await ana.upload(clicks(120, 8)));
    expectAsDeclared(upload, await ana.upload(clicks(120, 8), { wait: 10 }));
    for (const answer of [
      await ana.upload(Buffer.from('no sound')),
      await ana.upload(new Uint8Array(0)),
      await ana.upload(clicks(120, 1), { field: 'other' }),
      await ana.as(undefined).upload(clicks(120, 1)),
      await ana.post('/v1/tracks', {}),
    ])
      expectAsDeclared(upload, answer);
  });

  it('declares authentication as the gateway enforces it', async () => {
    const anonymous = new Api(stack.url);
    const protectedOperations = operations.filter(({ operation }) => operation.security.length > 0);
    expect(protectedOperations.length).toBeGreaterThan(8);
    for (const { method, path } of protectedOperations) {
      const url = filled(path);
      expect([method, path, (await anonymous.send(url, { method })).status]).toEqual([method, path, 401]);
    }
  });

  it('is shown as an HTML page', async () => {
    const page = await new Api(stack.url).get('/docs');
    expect(page.status).toBe(200);
    expect(page.headers.get('content-type')).toMatch(/^text\/html/);
  });
});
