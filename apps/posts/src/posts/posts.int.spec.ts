/** Posts on a real PostgreSQL, Redis and NATS: what is kept, what is cached, what two writers may do, and lists over 100,000 posts. */

import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type * as z from 'zod';
import { listPosts } from '#contracts';
import { CACHE, changeLimits, Database, openCall, type RunningService, runInCall, startService, UsageMeter } from '#platform';
import { queryRows } from '#storage';
import { queryPlans, startNats, type TestDatabase, testDatabase, testRedisUrl } from '#testing';
import { AdviceService } from '../advice/advice.service.ts';
import { postsConfigSchema } from '../config.ts';
import { PostsModule } from '../posts.module.ts';
import type { PostsCache } from '../posts-cache.ts';
import { LlmBudgetStore } from '../rewriting/llm-budget.store.ts';
import { RewritingService } from '../rewriting/rewriting.service.ts';
import { PostService } from './post.service.ts';
import { PostStore } from './post.store.ts';
import { PostVersionService } from './post-version.service.ts';

const ownerId = '00000000-0000-4000-8000-000000000007';
const somebodyElse = randomUUID();
const text = 'We are thrilled to announce our new office in Madrid!\n\nSign up today. 🎉';

let testing: TestDatabase;
let nats: Awaited<ReturnType<typeof startNats>>;
let service: RunningService;
let posts: PostService;
let versions: PostVersionService;
let database: Database;
let cache: PostsCache;

const as = <T>(subject: string, work: () => Promise<T>) => runInCall({ ...openCall({ deadlineMs: 30_000 }), subject }, work);
const create = (fields: object = {}, owner = ownerId) => as(owner, () => posts.create({ text, ...fields }));
const get = (postId: string, owner = ownerId) => as(owner, () => posts.get(postId));
const list = (request: z.input<typeof listPosts.request>, owner = ownerId) => as(owner, () => posts.list(listPosts.request.parse(request)));
const cached = (postId: string) => cache.get('post', `${ownerId}:${postId}`);

beforeAll(async () => {
  [testing, nats] = await Promise.all([testDatabase('posts'), startNats()]);
  const config = postsConfigSchema.parse({
    DATABASE_URL: testing.url,
    REDIS_URL: await testRedisUrl(),
    NATS_URL: nats.url,
    BLOB_STORE_URL: `file://${tmpdir()}/nowhere`,
    LOG_LEVEL: 'silent',
    WORKER_THREADS: '1',
  });
  service = await startService({ name: 'posts', config: () => config, module: PostsModule.forConfig }, config);
  database = service.app.get(Database);
  await database.whenOpen();
  posts = service.app.get(PostService, { strict: false });
  versions = service.app.get(PostVersionService, { strict: false });
  cache = service.app.get(CACHE);
}, 60_000);

afterAll(async () => {
  await service?.stop();
  await nats?.stop();
  await testing?.drop();
});

describe('a rewrite without a language model', () => {
  const run = { rewriteId: randomUUID(), isStreamed: false };
  it('is the advice of rules', async () => {
    const { id } = await create();
    const rewriting = service.app.get(RewritingService, { strict: false });
    const advice = await as(ownerId, () => service.app.get(AdviceService, { strict: false }).get(id));
    expect(await as(ownerId, () => rewriting.rewrite({ postId: id, instruction: undefined, language: undefined, ...run }))).toEqual({
      ...{ source: 'rules', text: null, model: null, isCached: false, redactedCount: 0 },
      ...{ scoreBefore: advice.score, scoreAfter: null, suggestions: advice.suggestions },
    });
    await expect(as(ownerId, () => rewriting.draft({ brief: 'x', language: undefined, ...run }))).rejects.toMatchObject({
      code: 'llm-not-configured',
    });
  });
});

describe('the budget of the language model', () => {
  const budget = () => service.app.get(LlmBudgetStore, { strict: false });
  it('is not exceeded by requests at the same time', async () => {
    const owner = randomUUID();
    const taken = await Promise.all(Array.from({ length: 20 }, () => budget().take(owner, 7)));
    expect(taken.filter((seconds) => seconds === undefined)).toHaveLength(7);
    for (const seconds of taken.filter((each) => each !== undefined)) expect(seconds > 0 && seconds <= 86_400).toBe(true);
  });

  it('begins anew each day, and may be none', async () => {
    const owner = randomUUID();
    await budget().take(owner, 1);
    expect(await budget().take(owner, 1)).toBeGreaterThan(0);
    await queryRows(database.source, `UPDATE posts.llm_budget SET day = day - 1 WHERE owner_id = $1`, [owner]);
    expect(await budget().take(owner, 1)).toBeUndefined();
    expect(await budget().take(randomUUID(), 0)).toBeGreaterThan(0);
  });
});

describe('a quota of texts', () => {
  it.each([
    ['the comparison of variants', () => service.app.get(AdviceService, { strict: false }).compare({ variants: [text, text] })],
    ['a new post', () => posts.create({ text })],
  ])('holds for %s', async (_, work) => {
    const owner = randomUUID();
    await database.transaction((tx) => changeLimits(tx, owner, { textUnits: 1 }));
    await service.app.get(UsageMeter).refresh();
    await as(owner, () => posts.create({ text: 'One unit.' }));
    await service.app.get(UsageMeter).flush();
    await expect(as(owner, work as () => Promise<unknown>)).rejects.toMatchObject({ code: 'quota-exceeded' });
  });
});

describe('a post', () => {
  it('is analysed, titled by its first line and cached', async () => {
    const post = await create({ tags: ['launch'] });
    expect(post).toMatchObject({
      ...{ kind: 'post', state: 'ready', status: 'draft', version: 1, revision: 1, tags: ['launch'] },
      ...{ language: 'en', sentimentLabel: 'positive', title: 'We are thrilled to announce our new office in Madrid!' },
      analysis: {
        entities: [
          { type: 'PLACE', text: 'Madrid' },
          { type: 'DATE', text: 'today' },
        ],
        structure: { paragraphs: 2 },
      },
    });
    expect(await cached(post.id)).toEqual(post);
  });

  it('is cached again after a change by its publication where it was read, and is loaded by an instance that warms up', async () => {
    const { id } = await create();
    const key = `${ownerId}:${id}`;
    await get(id);
    await queryRows(database.source, `UPDATE posts.post SET status = 'scheduled' WHERE id = $1`, [id]);
    const loads = cache.stats().namespaces.post!.loads;
    await posts.invalidate(ownerId, id);
    expect(await get(id)).toMatchObject({ status: 'scheduled' });
    expect(cache.stats().namespaces.post!.loads).toBe(loads + 1);
    await cache.delete('post', key);
    expect(await cache.warm('post', [key, `${ownerId}:${randomUUID()}`])).toMatchObject({ loaded: 2, failed: 0 });
    expect(await cached(id)).toMatchObject({ status: 'scheduled' });
  });

  it('is kept for longer the more it is read', async () => {
    const { id } = await create();
    const freshSeconds = async () =>
      ((await cache.explain('post', `${ownerId}:${id}`)).memory as { freshForSeconds: number }).freshForSeconds;
    expect(await freshSeconds()).toBeLessThanOrEqual(3_600);
    for (let reads = 0; reads < 15; reads++) await get(id);
    await posts.invalidate(ownerId, id);
    await get(id);
    expect(await freshSeconds()).toBeGreaterThan(0.8 * 86_400);
  });

  it('that cannot be saved is not cached', async () => {
    const first = await create({ externalId: 'crm-1' });
    const before = cache.stats();
    await expect(create({ externalId: 'crm-1' })).rejects.toMatchObject({ code: 'external-id-taken' });
    expect(cache.stats().namespaces).toEqual(before.namespaces);
    expect(await cached(first.id)).toMatchObject({ id: first.id });
  });

  it('is there for its owner only', async () => {
    const { id, version } = await create();
    const refused = { code: 'post-not-found' };
    await expect(get(id, somebodyElse)).rejects.toMatchObject(refused);
    await expect(as(somebodyElse, () => posts.update({ postId: id, title: 'x' }))).rejects.toMatchObject(refused);
    await expect(as(somebodyElse, () => posts.update({ postId: id, text: 'x' }))).rejects.toMatchObject(refused);
    await expect(as(somebodyElse, () => posts.remove(id))).rejects.toMatchObject(refused);
    await expect(as(somebodyElse, () => versions.list({ postId: id, limit: 5 }))).rejects.toMatchObject(refused);
    await expect(as(somebodyElse, () => versions.restore({ postId: id, version }))).rejects.toMatchObject(refused);
    await expect(as(somebodyElse, () => versions.get({ postId: id, version }))).rejects.toMatchObject(refused);
    await expect(as(somebodyElse, () => versions.compare({ postId: id, version, against: version }))).rejects.toMatchObject(refused);
  });

  it('gets a version, an analysis and a revision with each new text, and its earlier texts back', async () => {
    const { id } = await create();
    const angry = await as(ownerId, () => posts.update({ postId: id, ifRevision: 1, text: 'This is a terrible, useless plan.' }));
    expect(angry).toMatchObject({ version: 2, revision: 2, sentimentLabel: 'negative' });
    expect(await as(ownerId, () => posts.update({ postId: id, ifRevision: 2, text: angry.text }))).toMatchObject({
      version: 2,
      revision: 2,
    });
    expect(await as(ownerId, () => versions.restore({ postId: id, version: 1 }))).toMatchObject({
      text,
      version: 3,
      sentimentLabel: 'positive',
    });
    const page = await as(ownerId, () => versions.list({ postId: id, limit: 2 }));
    expect(page.items.map(({ version }) => version)).toEqual([3, 2]);
    const rest = await as(ownerId, () => versions.list({ postId: id, limit: 2, cursor: page.nextCursor! }));
    expect(rest).toMatchObject({ items: [{ version: 1, text }], nextCursor: null });
    await expect(as(ownerId, () => versions.restore({ postId: id, version: 9 }))).rejects.toMatchObject({ code: 'post-version-not-found' });
    await expect(as(ownerId, () => versions.list({ postId: id, limit: 2, cursor: 'x' }))).rejects.toMatchObject({
      code: 'request-invalid',
    });
  });

  it('shows what a version changed, against the one before or any other', async () => {
    const { id } = await create({ text: 'We open an office.' });
    for (const next of ['We open two offices.', 'We open two offices today.'])
      await as(ownerId, () => posts.update({ postId: id, text: next }));
    const compare = (version: number, against?: number) => as(ownerId, () => versions.compare({ postId: id, version, against }));
    expect(await as(ownerId, () => versions.get({ postId: id, version: 2 }))).toMatchObject({ version: 2, text: 'We open two offices.' });
    expect(await compare(3)).toEqual({
      ...{ from: 2, to: 3, wordsRemoved: 0, wordsAdded: 1 },
      changes: [{ from: { start: 19, end: 19, text: '' }, to: { start: 19, end: 25, text: ' today' } }],
    });
    expect(await compare(3, 1)).toMatchObject({ from: 1, to: 3, wordsRemoved: 2, wordsAdded: 3 });
    expect(await compare(1, 3)).toMatchObject({ from: 3, to: 1, wordsRemoved: 3, wordsAdded: 2 });
    expect((await compare(2, 2)).changes).toEqual([]);
    for (const [version, against] of [[1], [4], [2, 9]] as const)
      await expect(compare(version, against)).rejects.toMatchObject({ code: 'post-version-not-found' });
  });

  it('keeps its last 100 texts', async () => {
    const { id } = await create();
    await queryRows(database.source, 'UPDATE posts.post SET version = 100 WHERE id = $1', [id]);
    await as(ownerId, () => posts.update({ postId: id, text: 'The next text.' }));
    const { items } = await as(ownerId, () => versions.list({ postId: id, limit: 100 }));
    expect(items.map(({ version }) => version)).toEqual([101]);
  });

  it('is changed by one of two writers that have read the same revision', async () => {
    const { id } = await create();
    const write = (own: string) => as(ownerId, () => posts.update({ postId: id, ifRevision: 1, text: own }));
    const outcomes = await Promise.allSettled(['one text', 'another text', 'a third text'].map(write));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await get(id)).toMatchObject({ version: 2, revision: 2 });
  });

  it('gets a version of its own from each of two writers without a revision', async () => {
    const { id } = await create();
    await Promise.all(['one text', 'another text'].map((own) => as(ownerId, () => posts.update({ postId: id, text: own }))));
    expect((await as(ownerId, () => versions.list({ postId: id, limit: 5 }))).items.map(({ version }) => version)).toEqual([3, 2, 1]);
  });

  it('is gone from tables and cache once it is deleted', async () => {
    const { id } = await create();
    await as(ownerId, () => posts.remove(id));
    await expect(get(id)).rejects.toMatchObject({ code: 'post-not-found' });
    expect(await cached(id)).toBeUndefined();
    expect(await queryRows(database.source, 'SELECT 1 FROM posts.post_version WHERE post_id = $1', [id])).toEqual([]);
  });
});

describe('advice on a post', () => {
  const adviceOn = (postId: string, owner = ownerId) => as(owner, () => service.app.get(AdviceService, { strict: false }).get(postId));

  it('is given to its owner only', async () => {
    const { id } = await create({ text: `${'word '.repeat(42)}is` });
    expect((await adviceOn(id)).suggestions).toContainEqual(
      expect.objectContaining({ message: 'The first line has 212 characters; LinkedIn folds near 210.' }),
    );
    await expect(adviceOn(id, somebodyElse)).rejects.toMatchObject({ code: 'post-not-found' });
  });
});

describe('a list of posts', () => {
  it('finds words of title and text without case and marks, and adds analyses where asked', async () => {
    const owner = randomUUID();
    const { id } = await create({ text: 'Mañana abrimos la nueva oficina en Córdoba.', title: 'Apertura' }, owner);
    await create({}, owner);
    const { items } = await list({ q: 'OFICINA cordoba apertura' }, owner);
    expect(items.map((post) => post.id)).toEqual([id]);
    expect(items[0]).not.toHaveProperty('analysis');
    expect((await list({ language: 'es', fields: ['analysis'] }, owner)).items).toMatchObject([{ id, analysis: { language: 'es' } }]);
  });

  it.each([
    ['corriendo', 'es', 'La gente corrió hacia la plaza con los organizadores.'],
    ['CORRIO', 'es', 'La gente corrió hacia la plaza con los organizadores.'],
    ['organizador', 'es', 'La gente corrió hacia la plaza con los organizadores.'],
    ['contrataciones', 'es', 'Nueva CONTRATACIÓN en nuestra oficina: ¡bienvenida, Ana!'],
    ['bienvenidas ana', 'es', 'Nueva CONTRATACIÓN en nuestra oficina: ¡bienvenida, Ana!'],
    ['ofi', 'es', 'Nueva CONTRATACIÓN en nuestra oficina: ¡bienvenida, Ana!'],
    ['companies hired', 'en', 'Our company is hiring «senior» engineers for C++ and #RemoteWork 🎉'],
    ['the engineer senior', 'en', 'Our company is hiring «senior» engineers for C++ and #RemoteWork 🎉'],
    ['c++ 🎉 remotework', 'en', 'Our company is hiring «senior» engineers for C++ and #RemoteWork 🎉'],
    ['schone', 'de', 'Wir haben schöne Büros in München und suchen noch nette Menschen für unser Team.'],
    ['会社', 'ja', '私たちの会社は東京で新しい仕事を始めました。'],
  ])('finds %j in the right language (%s)', async (q, language, own) => {
    const owner = randomUUID();
    const { id, ...post } = await create({ text: own }, owner);
    await create({ text: 'Something else in English, about a train and its driver.' }, owner);
    await create({ text: own });
    expect(post.language).toBe(language);
    expect((await list({ q }, owner)).items.map((found) => found.id)).toEqual([id]);
    expect((await list({ q: `${q} xylophone` }, owner)).items).toEqual([]);
  });

  it('finds a new text and a new title, and the old ones no more; the end of a long text too', async () => {
    const owner = randomUUID();
    const { id } = await create({ text: `${'word '.repeat(3_900)} elephants` }, owner);
    expect((await list({ q: 'elephant' }, owner)).items).toMatchObject([{ id }]);
    await as(owner, () => posts.update({ postId: id, text: 'Giraffes were seen.', title: 'Zoo' }));
    expect((await list({ q: 'zoo giraffe' }, owner)).items).toMatchObject([{ id }]);
    expect((await list({ q: 'elephant' }, owner)).items).toEqual([]);
  });

  it.each(["'", "a'b", ':*', '\\', '%', '_', '!', '|&', '<->', 'a:b', '½', 'ﬁ', '́', "'owner=x' |"])('takes %j as text', async (q) => {
    const owner = randomUUID();
    const { id } = await create({ text: 'Nothing of that kind stands here.' }, owner);
    expect((await list({ q }, owner)).items.map((found) => found.id)).toEqual(q === '́' ? [id] : []);
  });

  it('of long posts comes in pages that a message can hold', async () => {
    const owner = randomUUID();
    const long = '長'.repeat(20_000);
    for (let made = 0; made < 15; made++) await create({ text: long, title: `long ${made}` }, owner);
    const first = await list({ limit: 100 }, owner);
    expect(first.items.length).toBeLessThan(15);
    const rest = await list({ limit: 100, cursor: first.nextCursor! }, owner);
    expect(first.items.length + rest.items.length).toBe(15);
  });
});

describe('a list over 100,000 posts of 50 owners', () => {
  let store: PostStore;
  beforeAll(async () => {
    store = service.app.get(PostStore, { strict: false });
    for (const first of [1, 25_001, 50_001, 75_001])
      await database.source.query(
        `INSERT INTO posts.post (id, owner_id, title, search_text, text, status, language, sentiment_label, tone_label, analysis, created_at, updated_at,
           tags, metadata, external_id)
         SELECT gen_random_uuid(), ('00000000-0000-4000-8000-' || lpad((i % 50)::text, 12, '0'))::uuid, 'Post ' || i, 'post ' || i, 'Post ' || i,
           (ARRAY['draft', 'scheduled', 'published'])[1 + i % 3], (ARRAY['en', 'es'])[1 + i % 2], 'positive', 'casual', '{}',
           now() - i * interval '1 second', now() - (i * 7919 % 100000) * interval '1 second', ARRAY['tag' || i % 100],
           jsonb_build_object('project', 'p' || i % 100), 'id-' || i
         FROM generate_series($1::integer, $1 + 24999) AS i`,
        [first],
      );
    await database.source.query('VACUUM ANALYZE posts.post');
  }, 120_000);

  const sorts = ['createdAt', 'updatedAt', 'title'].flatMap((name) => [name, `-${name}`]);
  const page = (request: z.input<typeof listPosts.request>) => store.list(ownerId, listPosts.request.parse(request));

  it.each<z.input<typeof listPosts.request>>([
    ...sorts.map((sort) => ({ sort })),
    ...[{ status: 'published' as const }, { language: 'es' }, { sentimentLabel: 'negative' as const }, { toneLabel: 'casual' as const }],
    ...[{ tag: ['tag7'] }, { metadata: { project: 'p7' } }, { externalId: 'id-7' }],
  ])('reads an index of the owner: %j', async (request) => {
    const { nextCursor } = await page({ ...request, limit: 5 });
    const plans = await queryPlans(database.source, () => page({ ...request, limit: 5, ...(nextCursor ? { cursor: nextCursor } : {}) }));
    expect(plans).toMatch(/Index Cond: .*owner_id = /);
    expect(plans).not.toMatch(/Seq Scan on post/);
  });

  it.each(['77757', '77757 post', 'post'])('reads an index for %j', async (q) => {
    expect((await page({ q, limit: 5 })).items.length).toBe(q === 'post' ? 5 : 1);
    const plans = await queryPlans(database.source, () => page({ q, limit: 5 }));
    expect(plans).toMatch(q === 'post' ? /Index/ : /Bitmap Index Scan on post_search/);
    expect(plans).not.toMatch(/Seq Scan on post/);
  });

  it.each(sorts)('sorts by %s in the order of an index', async (sort) => {
    expect(await queryPlans(database.source, () => page({ sort, limit: 5 }))).not.toMatch(/Sort Key/);
  });
});
