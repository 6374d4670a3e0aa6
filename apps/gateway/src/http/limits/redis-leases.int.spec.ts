import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openRedis, type RedisConnection } from '#storage';
import { testRedisUrl, until } from '#testing';
import type { AllowanceStore } from './allowance.ts';
import { LeasedWindows } from './leased-windows.ts';
import { LocalWindows } from './local-windows.ts';
import { RedisLeases } from './redis-leases.ts';

let connections: RedisConnection[];
beforeAll(async () => {
  const url = await testRedisUrl();
  connections = Array.from({ length: 4 }, () => openRedis(url, { role: 'limits', commandTimeoutMs: 5_000 }));
  await until(() => connections.every(({ client }) => client.status === 'ready'), 10_000);
});
afterAll(() => Promise.all(connections.map((connection) => connection.close())));

const copy = (index = 0) => new LeasedWindows(new RedisLeases(connections[index]!.client), new LocalWindows());
const somebody = () => ({ key: `limit:${randomUUID()}`, cost: 1, limit: 10, windowMs: 60_000 });

const stores: [string, () => AllowanceStore][] = [
  ['in Redis', () => copy()],
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
    const [store, who] = [make(), { ...somebody(), limit: 1, windowMs: 600 }];
    const allowed = async () => (await store.take(who)).allowed;
    expect(await allowed()).toBe(true);
    expect(await until(async () => !(await allowed()), 20_000, 0)).toBe(true); // at once, unless we were kept waiting for a window
    expect(await until(allowed, 20_000)).toBe(true);
  });
  it('keeps keys apart', async () => {
    const store = make();
    expect((await store.take({ ...somebody(), limit: 1 })).allowed).toBe(true);
    expect((await store.take({ ...somebody(), limit: 1 })).allowed).toBe(true);
  });
});

describe('copies of the gateway', () => {
  it.each([7, 50, 400])('are together never over a limit of %i, however many ask at once', async (limit) => {
    const who = { ...somebody(), limit };
    const copies = connections.map((_, index) => copy(index));
    const answers = await Promise.all(Array.from({ length: 3 * limit }, (_, index) => copies[index % 4]!.take(who)));
    const granted = answers.filter(({ allowed }) => allowed).length;
    expect(granted).toBeLessThanOrEqual(limit);
    expect(granted).toBeGreaterThanOrEqual(Math.floor(0.8 * limit));
    await Promise.all(copies.map((each) => each.close()));
  });
  it('are exactly at the limit once they have returned what they did not spend', async () => {
    const who = { ...somebody(), limit: 300 };
    const copies = connections.map((_, index) => copy(index));
    let granted = 0;
    for (let round = 0; round < 200; round++) if ((await copies[round % 4]!.take(who)).allowed) granted += 1;
    await Promise.all(copies.map((each) => each.close()));
    const last = copy();
    for (let round = 0; round < 200; round++) if ((await last.take(who)).allowed) granted += 1;
    expect(granted).toBe(300);
  });
  it('leave nothing behind: counts expire with their window', async () => {
    const who = somebody();
    await copy().take(who);
    const ttlMs = await connections[0]!.client.pttl(who.key);
    expect(ttlMs).toBeGreaterThan(0);
    expect(ttlMs).toBeLessThanOrEqual(65_000);
  });
});
