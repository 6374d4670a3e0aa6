import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { until } from '#testing';
import { type Answer, Api } from './support/api.ts';
import { clicks } from './support/audio-files.ts';
import { contentTables, rowsNaming, unownedTables } from './support/rows-of-owner.ts';
import { createPublications, fillPath } from './support/sample-publications.ts';
import { openTestStack, query, type TestStack } from './support/test-stack.ts';
import { newUpload } from './support/tus.ts';

interface Operation {
  readonly method: string;
  readonly path: string;
  readonly operationId: string;
  readonly 'x-rafaga-edge': { readonly auth: string };
  readonly security: readonly Readonly<Record<string, unknown>>[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly example?: unknown }>> };
}

let stack: TestStack;
let ana: Api;
let eve: Api;
let protectedOperations: Operation[];
/** Ids of Ana's resources, by path parameter. A new path parameter needs an entry here. */
let anaIds: Record<string, string>;

beforeAll(async () => {
  stack = await openTestStack(['gateway', 'audio', 'video', 'posts', 'cache'], { OUTBOUND_ALLOW_PRIVATE: '127.0.0.1:9' });
  [ana, eve] = [await Api.register(stack.url), await Api.register(stack.url)];
  const { paths } = (await new Api(stack.url).get('/openapi.json')).body as { paths: Record<string, Record<string, Operation>> };
  protectedOperations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods)
      .filter(([, { security }]) => security.length > 0)
      .map(([method, operation]) => ({ ...operation, method: method.toUpperCase(), path })),
  );
  anaIds = await createResources();
}, 300_000);
afterAll(() => stack?.close());

/** An allowed URL without a server. */
const unreachableUrl = 'http://127.0.0.1:9/nowhere';

async function createResources(): Promise<Record<string, string>> {
  const track = await ana.analyse(clicks(120, 8));
  const webhook = await ana.post('/v1/webhooks', { url: unreachableUrl });
  const delivery = await ana.send(`/v1/webhooks/${webhook.body.id}/test`, { method: 'POST' });
  const key = await ana.post('/v1/api-keys', { name: 'isolation', scopes: ['read'] });
  const sessions = await ana.get('/v1/sessions');
  return {
    ...(await createPublications(ana, track.id)),
    trackId: track.id,
    jobId: track.job.id,
    uploadId: (await newUpload(ana, 10)).split('/').at(-1)!,
    webhookId: webhook.body.id,
    deliveryId: delivery.body.id,
    apiKeyId: key.body.id,
    sessionId: sessions.body.items[0].id,
  };
}

/** Path parameters that name no resource of a user: everybody's are the same. */
const places: Readonly<Record<string, string>> = { version: '1', number: '0', name: 'linkedin' };
const unknownIds = () => Object.fromEntries(Object.keys(anaIds).map((name) => [name, randomUUID()]));
const namesIn = (path: string) => [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!);
const isForOperators = (operation: Operation) => operation['x-rafaga-edge'].auth === 'operator';
/** It does not end; event-order and resource-events show whose events are on it. */
const isStream = ({ path }: Operation) => path === '/v1/events';
const withIds = () =>
  protectedOperations.filter((operation) => namesIn(operation.path).some((name) => !places[name]) && !isForOperators(operation));
const fill = (path: string, ids: Readonly<Record<string, string>>) => fillPath(path, { ...places, ...ids });

/** Sends a request that would succeed if its ids were the caller's. */
function send(client: Api, { method, requestBody }: Operation, path: string): Promise<Answer> {
  const [type, media] = Object.entries(requestBody?.content ?? {})[0] ?? [];
  const conditions = { 'if-match': '*', 'tus-resumable': '1.0.0', 'upload-offset': '0', 'x-http-method-override': 'PATCH' };
  const body = type === 'application/json' ? JSON.stringify(media?.example ?? {}) : 'x';
  return client.send(path, { method, headers: { ...conditions, ...(type ? { 'content-type': type } : {}) }, ...(type ? { body } : {}) });
}

/** Status and body without the parts that differ between requests. */
const comparable = ({ status, body }: Answer, ids: readonly string[]) => {
  const { instance: _, traceId: __, ...rest } = body ?? {};
  return { status, text: ids.reduce((text, id) => text.replaceAll(id, 'ID'), JSON.stringify(rest)) };
};

describe('resources of a user', () => {
  it('have an id in this suite for every path parameter', () => {
    const names = new Set(withIds().flatMap(({ path }) => namesIn(path)));
    expect([...names].filter((name) => !anaIds[name] && !places[name])).toEqual([]);
    expect(names.size).toBeGreaterThan(4);
  });
  it('do not exist for other users, on every route', async () => {
    for (const operation of withIds()) {
      const unknown = unknownIds();
      const [foreign, missing] = [
        await send(eve, operation, fill(operation.path, anaIds)),
        await send(eve, operation, fill(operation.path, unknown)),
      ];
      const route = `${operation.method} ${operation.path}`;
      expect({ route, ...comparable(foreign, Object.values(anaIds)) }).toEqual({ route, ...comparable(missing, Object.values(unknown)) });
      expect([route, foreign.status]).toEqual([route, 404]);
    }
  });
  it('cannot be combined with resources of another user', async () => {
    const webhook = await eve.post('/v1/webhooks', { url: unreachableUrl });
    expect((await eve.get(`/v1/webhooks/${webhook.body.id}/deliveries/${anaIds.deliveryId}`)).status).toBe(404);
    expect((await ana.get(`/v1/webhooks/${anaIds.webhookId}/deliveries/${randomUUID()}`)).status).toBe(404);
  });
  it('are not in the lists of other users', async () => {
    const lists = protectedOperations.filter(
      (operation) =>
        operation.method === 'GET' && namesIn(operation.path).length === 0 && !isForOperators(operation) && !isStream(operation),
    );
    expect(lists.length).toBeGreaterThan(5);
    for (const { path } of lists) {
      const text = JSON.stringify((await eve.get(path)).body);
      const hers = Object.entries(anaIds).filter(([name]) => !places[name]);
      expect([path, hers.filter(([, id]) => text.includes(id))]).toEqual([path, []]);
    }
  });
  it('are unchanged afterwards', async () => {
    for (const path of ['/v1/tracks/{trackId}', '/v1/jobs/{jobId}', '/v1/uploads/{uploadId}', '/v1/webhooks/{webhookId}']) {
      expect([path, (await ana.get(fill(path, anaIds))).status]).toEqual([path, 200]);
    }
    const items = async (path: string) => (await ana.get(path)).body.items as { id: string }[];
    expect((await items('/v1/api-keys')).map(({ id }) => id)).toContain(anaIds.apiKeyId);
    expect((await items('/v1/sessions')).map(({ id }) => id)).toContain(anaIds.sessionId);
  });
});

describe('every protected route', () => {
  const statuses = async (client: Api) =>
    Promise.all(
      protectedOperations.map(async (operation) => [
        `${operation.method} ${operation.path}`,
        (await send(client, operation, fill(operation.path, anaIds))).status,
      ]),
    );
  const all = (status: number) => protectedOperations.map(({ method, path }) => [`${method} ${path}`, status]);

  it('rejects requests without a token', async () => expect(await statuses(new Api(stack.url))).toEqual(all(401)));
  it('rejects a token with another signature', async () => {
    const { token = '' } = ana;
    expect(await statuses(ana.as(`${token.slice(0, -8)}AAAAAAAA`))).toEqual(all(401));
  });
  it('rejects a token whose session has ended', async () => {
    const loggedOut = await Api.register(stack.url);
    await loggedOut.delete('/v1/sessions');
    expect(await statuses(loggedOut)).toEqual(all(401));
  });
  it('rejects an API key without the required scope', async () => {
    const { key } = (await eve.post('/v1/api-keys', { name: 'reading', scopes: ['read'] })).body;
    const onlyRead = ['findDuplicates', 'findSimilarDocuments', 'analyzeTexts', 'comparePosts']; // by POST, because a text does not fit into an address
    const forbidden = protectedOperations.filter(
      ({ method, security, operationId }) =>
        (method !== 'GET' && !onlyRead.includes(operationId)) || !security.some((scheme) => 'apiKey' in scheme),
    );
    expect(forbidden.length).toBeGreaterThan(10);
    for (const operation of forbidden) {
      const { status, body } = await send(eve.as(key), operation, fill(operation.path, anaIds));
      expect([operation.operationId, status, body.code]).toEqual([operation.operationId, 403, 'forbidden']);
    }
  });
  it('for operators rejects other users', async () => {
    const forOperators = protectedOperations.filter(isForOperators);
    for (const operation of forOperators) expect((await send(eve, operation, fill(operation.path, {}))).status).toBe(403);
    expect(forOperators.length).toBeGreaterThan(0);
  });
});

describe('an account that is deleted', () => {
  const sql = (text: string, values: unknown[] = []) => query(stack.processes.environment.DATABASE_URL, text, values);

  it('has no rows in tables without an owner, but for those that are removed by name', async () => {
    // A new table here needs an eraser (CONTRIBUTING.md) or a reason.
    const ofContent =
      /^(blobs|audio)\.|^video\.(analysis|clip|embedded_caption|encoding|fingerprint|fingerprint_token|picture|segment|source)$/;
    const ofThePlatform =
      /^(cache|settings)\.|^documents\.model$|^identity\.(users|invitations|signing_keys)$|^jobs\.(announced_noun|job_event|outbox)$/;
    const tables = await unownedTables(stack.processes.environment.DATABASE_URL);
    expect(tables.filter((table) => !ofContent.test(table) && !ofThePlatform.test(table))).toEqual([
      'documents.document', // by the job that erases its collection
      'documents.held_file', // with the last export that holds it
      'documents.load_part', // with the load that it is a part of
      'documents.vector', // with the last document that has this text
      'documents.vector_index',
      'gateway.idempotency', // by its eraser
      'video.score_row', // with its run, by the eraser of runs
    ]);
  });

  it('leaves nothing in any table, although a service was killed meanwhile, and the bytes that another account has', async () => {
    const { DATABASE_URL } = stack.processes.environment;
    const anaId = (await ana.get('/v1/me')).body.id as string;
    const same = await eve.analyse(clicks(120, 8));
    const before = await rowsNaming(DATABASE_URL, anaId);
    expect((await contentTables(DATABASE_URL)).filter((table) => !before[table])).toEqual([]); // a noun that shares bytes needs a sample

    const { body: deletion } = await ana.send('/v1/me', { method: 'DELETE' });
    expect((await ana.get('/v1/me')).status).toBe(401);
    const { posts } = stack.processes.services;
    await posts!.kill();
    await sql(`UPDATE identity.deletions SET due_at = now() - interval '1 second' WHERE id = $1`, [deletion.id]);
    const status = async () => (await new Api(stack.url).get(`/v1/account-deletions/${deletion.id}`)).body;
    expect(await until(async () => (await status()).state === 'erasing', 30_000, 250)).toBe(true);
    await sql('UPDATE erasure.request SET erase_from = now()');
    expect(await until(async () => (await status()).waitingFor.join() === 'gateway,posts', 60_000, 250)).toBe(true);
    await posts!.restart();
    expect(await until(async () => (await status()).state === 'done', 60_000, 250)).toBe(true);

    const left = async () => Object.keys(await rowsNaming(DATABASE_URL, anaId)).sort();
    const records = ['erasure.confirmation', 'erasure.request', 'identity.deletions'];
    expect([await until(async () => (await left()).length === records.length, 30_000, 500), await left()]).toEqual([true, records]);
    for (const [name, id] of Object.entries(anaIds).filter(([each]) => !places[each]))
      expect([name, await rowsNaming(DATABASE_URL, id)]).toEqual([name, {}]);
    expect((await eve.raw(`/v1/tracks/${same.id}/file`)).status).toBe(200);
    expect(await sql(`SELECT holder FROM blobs.reference WHERE holder <> 'audio.recording'`)).toEqual([]);
  }, 180_000);
});
