import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type TestDatabase, testDatabase } from '#testing';
import { Database } from '../database/database.ts';
import { Log } from '../logs/log.ts';
import { usageMigrations } from './usage.migrations.ts';
import { usage } from './usage.ts';

let testing: TestDatabase;
let database: Database;
beforeAll(async () => {
  testing = await testDatabase('usage');
  const options = { url: testing.url, schema: 'usage', applicationName: 'usage', poolSize: 8, entities: [], migrations: [usageMigrations] };
  database = new Database(() => options, Log.open({ service: 'audio', instance: 'test', level: 'silent' }));
  database.onModuleInit();
  await database.whenOpen();
});
afterAll(async () => {
  await database?.close();
  await testing?.drop();
});

const record = (owner: string, meter: 'storageBytes' | 'audioMinutes', amount: number) =>
  database.transaction((tx) => usage.record(tx, owner, meter, amount));
const rowsOf = (owner: string) => database.source.query('SELECT meter, amount::float8 FROM usage.daily WHERE owner_id = $1', [owner]);
/** Usage of past days, as if it had been recorded then. */
const past = (owner: string, rows: readonly (readonly [string, string, number])[]) =>
  Promise.all(rows.map((row) => database.source.query('INSERT INTO usage.daily VALUES ($1, $2, $3, $4)', [owner, ...row])));

describe('recording usage', () => {
  it('adds up in one row per owner, meter and day, also at the same time on several connections', async () => {
    const owner = randomUUID();
    await Promise.all(Array.from({ length: 20 }, () => record(owner, 'audioMinutes', 0.5)));
    expect(await rowsOf(owner)).toEqual([{ meter: 'audioMinutes', amount: 10 }]);
  });
  it('happens in the transaction of the caller, or not at all', async () => {
    const owner = randomUUID();
    const failing = database.transaction(async (tx) => {
      await usage.record(tx, owner, 'audioMinutes', 3);
      throw new Error('rolled back');
    });
    await expect(failing).rejects.toThrow('rolled back');
    expect(await rowsOf(owner)).toEqual([]);
  });
  it.each([
    ['audioMinutes', -1],
    ['audioMinutes', Number.NaN],
    ['storageBytes', Number.POSITIVE_INFINITY],
  ] as const)('refuses for %s %d', async (meter, amount) => {
    await expect(record(randomUUID(), meter, amount)).rejects.toThrow(RangeError);
  });
});

describe('a usage report', () => {
  const period = { from: '2026-03-02', to: '2026-03-04' };

  it('shows every day: what was used on it, and the level of storage at its end, with what was stored before', async () => {
    const owner = randomUUID();
    await past(owner, [
      ['storageBytes', '2026-01-01', 700],
      ['storageBytes', '2026-02-01', 300],
      ['audioMinutes', '2026-03-01', 99],
      ['storageBytes', '2026-03-03', -400],
      ['audioMinutes', '2026-03-02', 1.5],
      ['audioMinutes', '2026-03-04', 2],
      ['storageBytes', '2026-03-05', 50],
    ]);
    const { totals, days } = await usage.report(database.source, owner, period);
    expect(totals).toEqual({ storageBytes: 600, audioMinutes: 3.5, videoMinutes: 0, textUnits: 0, requests: 0 });
    expect(days.map(({ day, amounts }) => [day, amounts.storageBytes, amounts.audioMinutes])).toEqual([
      ['2026-03-02', 1_000, 1.5],
      ['2026-03-03', 600, 0],
      ['2026-03-04', 600, 2],
    ]);
  });
  it('of an owner who used nothing is all zeros, whatever others used', async () => {
    await past(randomUUID(), [['audioMinutes', '2026-03-03', 5]]);
    const { totals, days } = await usage.report(database.source, randomUUID(), period);
    expect([days.length, ...Object.values(totals)]).toEqual([3, 0, 0, 0, 0, 0]);
  });
});
