import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Answer, Api } from './support/api.ts';
import { type House, openHouse } from './support/house.ts';
import { clicks } from './support/sounds.ts';
import { begun } from './support/tus.ts';

interface Operation {
  readonly method: string;
  readonly path: string;
  readonly operationId: string;
  readonly 'x-rafaga-edge': { readonly auth: string };
  readonly security: readonly Readonly<Record<string, unknown>>[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly example?: unknown }>> };
}

let house: House;
let ana: Api;
let eve: Api;
let closed: Operation[];
/** What Ana has, by the name that paths use. Whoever adds a path with another name adds what it names here. */
let hers: Record<string, string>;

beforeAll(async () => {
  house = await openHouse(['gateway', 'audio'], { OUTBOUND_ALLOW_PRIVATE: '127.0.0.1:9', GATEWAY_OPERATOR_EMAILS: 'boss@example.org' });
  [ana, eve] = [await Api.register(house.url), await Api.register(house.url)];
  const { paths } = (await new Api(house.url).get('/openapi.json')).body as { paths: Record<string, Record<string, Operation>> };
  closed = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods)
      .filter(([, { security }]) => security.length > 0)
      .map(([method, operation]) => ({ ...operation, method: method.toUpperCase(), path })),
  );
  hers = await possessions();
}, 120_000);
afterAll(() => house?.close());

/** Allowed to be called, and nobody there. */
const nowhere = 'http://127.0.0.1:9/nowhere';

async function possessions(): Promise<Record<string, string>> {
  const track = await ana.analyse(clicks(120, 8));
  const webhook = await ana.post('/v1/webhooks', { url: nowhere });
  const delivery = await ana.send(`/v1/webhooks/${webhook.body.id}/test`, { method: 'POST' });
  const key = await ana.post('/v1/api-keys', { name: 'isolation', scopes: ['read'] });
  const sessions = await ana.get('/v1/sessions');
  return {
    trackId: track.id,
    jobId: track.jobId,
    uploadId: (await begun(ana, 10)).split('/').at(-1)!,
    webhookId: webhook.body.id,
    deliveryId: delivery.body.id,
    apiKeyId: key.body.id,
    sessionId: sessions.body.items[0].id,
  };
}

const namesIn = (path: string) => [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!);
const isForOperators = (operation: Operation) => operation['x-rafaga-edge'].auth === 'operator';
const withIds = () => closed.filter((operation) => namesIn(operation.path).length > 0 && !isForOperators(operation));
const fill = (path: string, ids: Readonly<Record<string, string>>) => path.replace(/\{(\w+)\}/g, (_, name: string) => ids[name] ?? '');

/** A request that would do something if its ids were the caller's. */
function ask(who: Api, { method, requestBody }: Operation, path: string): Promise<Answer> {
  const [type, media] = Object.entries(requestBody?.content ?? {})[0] ?? [];
  const tus = { 'tus-resumable': '1.0.0', 'upload-offset': '0', 'x-http-method-override': 'PATCH' };
  const body = type === 'application/json' ? JSON.stringify(media?.example ?? {}) : 'x';
  return who.send(path, { method, headers: { ...tus, ...(type ? { 'content-type': type } : {}) }, ...(type ? { body } : {}) });
}

/** What an answer tells, without what differs from request to request. */
const told = ({ status, body }: Answer, ids: readonly string[]) => {
  const { instance: _, traceId: __, ...rest } = body ?? {};
  return { status, text: ids.reduce((text, id) => text.replaceAll(id, 'ID'), JSON.stringify(rest)) };
};

describe('what belongs to somebody', () => {
  it('is known to this suite by every name that a path uses', () => {
    const names = new Set(withIds().flatMap(({ path }) => namesIn(path)));
    expect([...names].filter((name) => !hers[name])).toEqual([]);
    expect(names.size).toBeGreaterThan(4);
  });
  it('is to everybody else as if it were not there, on every route', async () => {
    for (const operation of withIds()) {
      const unknown = Object.fromEntries(Object.keys(hers).map((name) => [name, randomUUID()]));
      const [theirs, nothing] = [
        await ask(eve, operation, fill(operation.path, hers)),
        await ask(eve, operation, fill(operation.path, unknown)),
      ];
      const where = `${operation.method} ${operation.path}`;
      expect({ where, ...told(theirs, Object.values(hers)) }).toEqual({ where, ...told(nothing, Object.values(unknown)) });
      expect([where, theirs.status]).toEqual([where, 404]);
    }
  });
  it('is not mixed in by half: her webhook with another’s delivery, his webhook with hers', async () => {
    const webhook = await eve.post('/v1/webhooks', { url: nowhere });
    expect((await eve.get(`/v1/webhooks/${webhook.body.id}/deliveries/${hers.deliveryId}`)).status).toBe(404);
    expect((await ana.get(`/v1/webhooks/${hers.webhookId}/deliveries/${randomUUID()}`)).status).toBe(404);
  });
  it('stands in nobody else’s lists', async () => {
    const lists = closed.filter(
      (operation) => operation.method === 'GET' && namesIn(operation.path).length === 0 && !isForOperators(operation),
    );
    expect(lists.length).toBeGreaterThan(5);
    for (const { path } of lists) {
      const text = JSON.stringify((await eve.get(path)).body);
      expect([path, Object.values(hers).filter((id) => text.includes(id))]).toEqual([path, []]);
    }
  });
  it('is untouched afterwards', async () => {
    for (const path of ['/v1/tracks/{trackId}', '/v1/jobs/{jobId}', '/v1/uploads/{uploadId}', '/v1/webhooks/{webhookId}']) {
      expect([path, (await ana.get(fill(path, hers))).status]).toEqual([path, 200]);
    }
    const items = async (path: string) => (await ana.get(path)).body.items as { id: string }[];
    expect((await items('/v1/api-keys')).map(({ id }) => id)).toContain(hers.apiKeyId);
    expect((await items('/v1/sessions')).map(({ id }) => id)).toContain(hers.sessionId);
  });
});

describe('every closed route', () => {
  const statuses = async (who: Api) =>
    Promise.all(
      closed.map(async (operation) => [
        `${operation.method} ${operation.path}`,
        (await ask(who, operation, fill(operation.path, hers))).status,
      ]),
    );
  const all = (status: number) => closed.map(({ method, path }) => [`${method} ${path}`, status]);

  it('refuses whoever has no token', async () => expect(await statuses(new Api(house.url))).toEqual(all(401)));
  it('refuses a token of its owner with another signature', async () => {
    const { token = '' } = ana;
    expect(await statuses(ana.as(`${token.slice(0, -8)}AAAAAAAA`))).toEqual(all(401));
  });
  it('refuses a token whose session has ended', async () => {
    const gone = await Api.register(house.url);
    await gone.delete('/v1/sessions');
    expect(await statuses(gone)).toEqual(all(401));
  });
  it('refuses an API key without its scope: one for reading changes nothing, none reaches the account', async () => {
    const { key } = (await eve.post('/v1/api-keys', { name: 'reading', scopes: ['read'] })).body;
    const refused = closed.filter(({ method, security }) => method !== 'GET' || !security.some((scheme) => 'apiKey' in scheme));
    expect(refused.length).toBeGreaterThan(10);
    for (const operation of refused) {
      const { status, body } = await ask(eve.as(key), operation, fill(operation.path, hers));
      expect([operation.operationId, status, body.code]).toEqual([operation.operationId, 403, 'forbidden']);
    }
  });
  it('for operators refuses everybody else', async () => {
    const forOperators = closed.filter(isForOperators);
    for (const operation of forOperators) expect((await ask(eve, operation, fill(operation.path, {}))).status).toBe(403);
    expect(forOperators.length).toBeGreaterThan(0);
  });
});
