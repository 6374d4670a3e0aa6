import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openRedis, type RedisConnection } from '#storage';
import { testRedisUrl, until } from '#testing';
import type { AllowanceStore } from './allowance.ts';
import { LocalWindows } from './local-windows.ts';
import { RedisWindow } from './redis-window.ts';

let redis: RedisConnection;
let copy: RedisConnection;
beforeAll(async () => {
  const url = await testRedisUrl();
  redis = openRedis(url, { role: 'limits', commandTimeoutMs: 5_000 });
  copy = openRedis(url, { role: 'limits', commandTimeoutMs: 5_000 });
  await until(() => redis.client.status === 'ready' && copy.client.status === 'ready', 10_000);
});
afterAll(() => Promise.all([redis.close(), copy.close()]));

const somebody = () => ({ key: `limit:${randomUUID()}`, cost: 1, limit: 10, windowMs: 60_000 });

const stores: [string, () => AllowanceStore][] = [
  ['in Redis', () => new RedisWindow(redis.client)],
  ['in this process', () => new LocalWindows()],
];

describe.each(stores)('an allowance counted %s', (_where, make) => {
  it('grants exactly the limit, and says what is left', async () => {
    const [store, who] = [make(), somebody()];
    const answers = [];
    for (let index = 0; index < 12; index++) answers.push(await store.take(who));
    expect(answers.map(({ allowed }) => allowed)).toEqual([...Array(10).fill(true), false, false]);
    expect(answers.map(({ remaining }) => remaining)).toEqual([9, 8, 7, 6, 5, 4, 3, 2, 1, 0, 0, 0]);
  });
  it('charges by cost and spends nothing on a refusal', async () => {
    const [store, who] = [make(), somebody()];
    expect(await store.take({ ...who, cost: 8 })).toMatchObject({ allowed: true, remaining: 2 });
    expect(await store.take({ ...who, cost: 3 })).toMatchObject({ allowed: false, remaining: 2 });
    expect(await store.take({ ...who, cost: 2 })).toMatchObject({ allowed: true, remaining: 0 });
  });
  it('says how long to wait: within a window and a slot', async () => {
    const [store, who] = [make(), somebody()];
    for (let index = 0; index < 10; index++) await store.take(who);
    const { waitMs } = await store.take(who);
    expect(waitMs).toBeGreaterThan(59_000);
    expect(waitMs).toBeLessThanOrEqual(65_000);
  });
  it('gives back what was spent once its window is over', async () => {
    const [store, who] = [make(), { ...somebody(), limit: 1, windowMs: 120 }];
    expect((await store.take(who)).allowed).toBe(true);
    expect((await store.take(who)).allowed).toBe(false);
    expect(await until(async () => (await store.take(who)).allowed, 5_000)).toBe(true);
  });
  it('keeps keys apart', async () => {
    const store = make();
    expect((await store.take({ ...somebody(), limit: 1 })).allowed).toBe(true);
    expect((await store.take({ ...somebody(), limit: 1 })).allowed).toBe(true);
  });
});

describe('RedisWindow', () => {
  it('is never over the limit, however many copies ask at once', async () => {
    const who = { ...somebody(), limit: 50 };
    const copies = [new RedisWindow(redis.client), new RedisWindow(copy.client)];
    const answers = await Promise.all(Array.from({ length: 200 }, (_, index) => copies[index % 2]!.take(who)));
    expect(answers.filter(({ allowed }) => allowed)).toHaveLength(50);
  });
  it('leaves nothing behind: counts expire with their window', async () => {
    const who = somebody();
    await new RedisWindow(redis.client).take(who);
    const ttlMs = await redis.client.pttl(who.key);
    expect(ttlMs).toBeGreaterThan(0);
    expect(ttlMs).toBeLessThanOrEqual(65_000);
  });
});
