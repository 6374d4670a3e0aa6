import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { QuotaChange } from '#contracts';
import { type TestDatabase, testDatabase, until } from '#testing';
import { Database } from '../database/database.ts';
import { JobStore } from '../jobs/job.store.ts';
import { jobsMigrations } from '../jobs/jobs.migrations.ts';
import { Log } from '../logs/log.ts';
import { changeLimits, everyAccount, standingsOf } from './quotas.ts';
import { usageMigrations } from './usage.migrations.ts';
import { usage } from './usage.ts';
import { UsageMeter } from './usage-meter.ts';

let testing: TestDatabase;
let database: Database;
beforeAll(async () => {
  testing = await testDatabase('usage');
  const options = {
    url: testing.url,
    schema: 'usage',
    applicationName: 'usage',
    poolSize: 8,
    entities: [],
    migrations: [jobsMigrations, usageMigrations],
  };
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

describe('a quota', () => {
  const limit = (owner: string, change: QuotaChange) => database.transaction((tx) => changeLimits(tx, owner, change));
  const quotaExceeded = (detail: RegExp) => expect.objectContaining({ code: 'quota-exceeded', message: expect.stringMatching(detail) });

  it('of storage lets one of two uploads in that fit alone and not together, however they meet', async () => {
    const owner = randomUUID();
    await limit(owner, { storageBytes: 1_000 });
    const both = await Promise.allSettled([record(owner, 'storageBytes', 600), record(owner, 'storageBytes', 600)]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect((await standingsOf(database.source, owner)).storageBytes).toEqual({ limit: 1_000, used: 600, reserved: 0, resetsAt: null });
    await record(owner, 'storageBytes', 400);
    await expect(record(owner, 'storageBytes', 1)).rejects.toEqual(
      quotaExceeded(/^storageBytes: 1000 of 1000 are used, and this needs 1\./),
    );
    await record(owner, 'storageBytes', -500); // deleting is always possible
    await record(owner, 'storageBytes', 500);
  });
  it('waits for a transaction that has not committed yet', async () => {
    const owner = randomUUID();
    await limit(owner, { storageBytes: 1_000 });
    const [held, goOn] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const first = database.transaction(async (tx) => {
      await usage.record(tx, owner, 'storageBytes', 600);
      held.resolve();
      await goOn.promise;
    });
    await held.promise;
    const second = record(owner, 'storageBytes', 600);
    const waiting = `SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`;
    await until(async () => (await database.source.query(waiting)).length > 0, 20_000);
    goOn.resolve();
    await first;
    await expect(second).rejects.toEqual(quotaExceeded(/600 of 1000/));
  });
  it('of a month counts from its first day and says when it starts anew', async () => {
    const owner = randomUUID();
    await limit(owner, { audioMinutes: 10 });
    await past(owner, [['audioMinutes', '2026-01-01', 99]]);
    await usage.admit(database.source, owner, 'audioMinutes', 10);
    await record(owner, 'audioMinutes', 8);
    await expect(usage.admit(database.source, owner, 'audioMinutes', 3)).rejects.toEqual(
      quotaExceeded(/8 of 10 are used, and this needs 3\. The quota starts anew at \d{4}-\d\d-01T00:00:00\.000Z\.$/),
    );
    await record(owner, 'audioMinutes', 5); // what was admitted is counted in full
    await expect(usage.admit(database.source, owner, 'audioMinutes')).rejects.toEqual(quotaExceeded(/13 of 10/));
    expect((await standingsOf(database.source, owner)).audioMinutes.resetsAt).toMatch(/-01T00:00:00\.000Z$/);
  });
  it('of every account gives way to that of an account, which may be higher; none: no limit', async () => {
    const [owner, other] = [randomUUID(), randomUUID()];
    await limit(everyAccount, { storageBytes: 10 });
    await limit(owner, { storageBytes: 20 });
    try {
      await record(owner, 'storageBytes', 20);
      await expect(record(other, 'storageBytes', 20)).rejects.toEqual(quotaExceeded(/0 of 10/));
      await limit(owner, { storageBytes: null });
      expect((await standingsOf(database.source, owner)).storageBytes.limit).toBe(10);
    } finally {
      await limit(everyAccount, { storageBytes: null });
    }
    await record(other, 'storageBytes', 20);
  });
});

describe('what jobs reserve of a quota', () => {
  const refused = expect.objectContaining({ code: 'quota-exceeded' });
  const insertJob = async (owner: string) => {
    const id = randomUUID();
    const sql = `INSERT INTO jobs.job (id, owner_id, kind, max_attempts, subject, input, context) VALUES ($1, $2, 'audio.recording.analyze', 1, '{}', '{}', '{}')`;
    await database.source.query(sql, [id, owner]);
    return id;
  };
  const reserve = (jobId: string, ownerId: string, amount: number, isEstimate = false) =>
    database.transaction((tx) => usage.reserve(tx, { jobId, ownerId, meter: 'audioMinutes', amount, isEstimate }));
  const end = (id: string, state: string) =>
    database.source.query('UPDATE jobs.job SET state = $2, ended_at = now() WHERE id = $1', [id, state]);
  const standing = async (owner: string) => {
    const { used, reserved } = (await standingsOf(database.source, owner)).audioMinutes;
    return { used, reserved };
  };
  let owner: string;
  beforeEach(async () => {
    owner = randomUUID();
    await database.transaction((tx) => changeLimits(tx, owner, { audioMinutes: 10 }));
  });

  it('lets one of five at once in that fit alone and not together', async () => {
    const ids = await Promise.all(Array.from({ length: 5 }, () => insertJob(owner)));
    const all = await Promise.allSettled(ids.map((id) => reserve(id, owner, 6)));
    expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await standing(owner)).toEqual({ used: 0, reserved: 6 });
    await expect(reserve(await insertJob(owner), owner, 5)).rejects.toThrow(
      /^audioMinutes: 0 of 10 are used, 6 are reserved by jobs that wait or run, and this needs 5\. /,
    );
    await reserve(await insertJob(owner), owner, 4);
  });
  it('is settled by what the job has used, and given back when it fails or is cancelled', async () => {
    const [succeeds, fails, cancelled] = [await insertJob(owner), await insertJob(owner), await insertJob(owner)];
    for (const [id, amount] of [
      [succeeds, 5],
      [fails, 3],
      [cancelled, 2],
    ] as const)
      await reserve(id, owner, amount);
    await end(fails, 'failed');
    await end(cancelled, 'cancelled');
    await database.transaction(async (tx) => {
      await tx.query(`UPDATE jobs.job SET state = 'succeeded', ended_at = now() WHERE id = $1`, [succeeds]);
      await usage.record(tx, owner, 'audioMinutes', 5.5);
    });
    expect(await standing(owner)).toEqual({ used: 5.5, reserved: 0 });
  });
  it('is reserved once more before a failed job runs again', async () => {
    const [first, second] = [await insertJob(owner), await insertJob(owner)];
    const jobs = new JobStore(database, () => undefined);
    await reserve(first, owner, 6);
    await end(first, 'failed');
    await reserve(second, owner, 6);
    await expect(jobs.retry(first, owner)).rejects.toEqual(refused);
    await end(second, 'cancelled');
    expect((await jobs.retry(first, owner)).state).toBe('queued');
    expect(await standing(owner)).toEqual({ used: 0, reserved: 6 });
  });
  it('is all that is left where an estimate is higher, once for each job', async () => {
    const [unknown, other] = [await insertJob(owner), await insertJob(owner)];
    await reserve(unknown, owner, 99, true);
    await reserve(unknown, owner, 99, true);
    expect(await standing(owner)).toEqual({ used: 0, reserved: 10 });
    await expect(reserve(other, owner, 1, true)).rejects.toEqual(refused);
  });
  it('is checked with what is recorded at once', async () => {
    await reserve(await insertJob(owner), owner, 6);
    const within = () => database.transaction((tx) => usage.recordWithin(tx, owner, 'audioMinutes', 3));
    expect((await Promise.allSettled([within(), within()])).map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });
});

describe('a usage meter', () => {
  const meterOf = () => new UsageMeter(() => database.source, Log.open({ service: 'audio', instance: 'test', level: 'silent' }));

  it('writes what it counted in one row per owner and meter, once', async () => {
    const [owner, other] = [randomUUID(), randomUUID()];
    const meter = meterOf();
    for (const each of [other, owner, owner]) meter.count(each, 'requests', 1);
    meter.count(owner, 'textUnits', 4);
    await meter.flush();
    await meter.flush();
    expect((await rowsOf(owner)).sort((a: { amount: number }, b: { amount: number }) => a.amount - b.amount)).toEqual([
      { meter: 'requests', amount: 2 },
      { meter: 'textUnits', amount: 4 },
    ]);
  });
  it('keeps what it could not write', async () => {
    const owner = randomUUID();
    let isAway = true;
    const source = () => {
      if (isAway) throw new Error('away');
      return database.source;
    };
    const meter = new UsageMeter(source, Log.open({ service: 'audio', instance: 'test', level: 'silent' }));
    meter.count(owner, 'requests', 1);
    await expect(meter.flush()).rejects.toThrow('away');
    meter.count(owner, 'requests', 1);
    isAway = false;
    await meter.flush();
    expect(await rowsOf(owner)).toEqual([{ meter: 'requests', amount: 2 }]);
  });
  it('refuses what is over the quota, counting what is not written yet', async () => {
    const owner = randomUUID();
    const meter = meterOf();
    expect(meter.admit(owner, 'requests', 1)).toBeUndefined();
    await database.transaction((tx) => changeLimits(tx, owner, { requests: 2 }));
    await meter.refresh();
    meter.count(owner, 'requests', 1);
    await meter.admit(owner, 'requests', 1);
    meter.count(owner, 'requests', 1);
    expect(() => meter.admit(owner, 'requests', 1)).toThrow(expect.objectContaining({ code: 'quota-exceeded' }));
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
      ['videoMinutes', '2026-03-02', 0.0333333],
      ['videoMinutes', '2026-03-04', 0.0333333],
      ['audioMinutes', '2026-03-04', 2],
      ['storageBytes', '2026-03-05', 50],
    ]);
    const { totals, days } = await usage.report(database.source, owner, period);
    expect(totals).toEqual({ storageBytes: 600, audioMinutes: 3.5, videoMinutes: 0.07, textUnits: 0, requests: 0 });
    expect(days.map(({ amounts }) => amounts.videoMinutes)).toEqual([0.03, 0, 0.03]);
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
