/** Jobs of accounts that are disabled, about to be deleted or being erased. */
import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { inTransaction, queryRows } from '#storage';
import { type ManagedServer, startNats, type TestDatabase, testDatabase } from '#testing';
import { cancelJobsOf } from '../erasure/open-jobs.ts';
import { ClaimStore } from './claim.store.ts';
import { type Copy, context, ended, enqueueGreeting, greet, openCopy, ownerId } from './fixtures/job-fixture.ts';
import { Reconciler } from './reconciler.ts';
import { ensureConsumer, messagesOf } from './streams.ts';

let nats: ManagedServer;
let database: TestDatabase;
let copy: Copy;
let claims: ClaimStore;

beforeAll(async () => {
  nats = await startNats();
});
beforeEach(async () => {
  database = await testDatabase('suspended');
  copy = await openCopy(database.url, nats.url);
  claims = new ClaimStore({ source: copy.source });
});
afterEach(async () => {
  await copy.close(0);
  await database.drop();
});
afterAll(() => nats.stop());

const query = <Row>(sql: string, values: unknown[] = []) => queryRows<Row>(copy.source, sql, values);
const suspend = () => query('INSERT INTO erasure.suspension (owner_id) VALUES ($1)', [ownerId]);
const resume = () => query('DELETE FROM erasure.suspension WHERE owner_id = $1', [ownerId]);
const stateOf = async (id: string) => (await copy.engine.store.get(id, ownerId)).state;
const removing = { ...greet, runsWhileSuspended: true };
const enqueueRemoval = (delayMs = 0) =>
  inTransaction(copy.source, (tx) => copy.engine.store.enqueue(tx, removing, { ownerId, input: { name: 'r' }, context, delayMs }));

describe('a job of a suspended account', () => {
  it('waits, while those of others run, and runs when the account may act again', async () => {
    copy.engine.handle(greet, async ({ name }, run) => run.complete({ greeting: name }), { concurrency: 2 });
    await suspend();
    const held = await enqueueGreeting(copy, 'held');
    copy.engine.start();
    for (const name of ['a', 'b']) {
      const owner = randomUUID();
      expect((await ended(copy, (await enqueueGreeting(copy, name, { owner })).id, owner)).state).toBe('succeeded');
    }
    expect(await stateOf(held.id)).toBe('queued');
    await resume();
    expect((await ended(copy, held.id)).state).toBe('succeeded');
  });

  it('is neither claimed nor counted as waiting, also where it was queued before; its message is not published again and again', async () => {
    await enqueueGreeting(copy, 'before');
    await suspend();
    await ensureConsumer(copy.nats, greet.name);
    await query('DELETE FROM jobs.outbox');
    const reconciler = new Reconciler(
      { source: copy.source },
      { connection: copy.nats },
      { info: () => undefined, warn: () => undefined, error: () => undefined },
      () => undefined,
      { missedAfterMs: 0 },
    );
    await reconciler.sweep();
    expect([await claims.claim(greet.name, 60_000), await claims.isWaiting(greet.name)]).toEqual([undefined, false]);
    expect(await query(`SELECT 1 FROM jobs.outbox WHERE channel = 'carry'`)).toEqual([]);
    await resume();
    await reconciler.sweep();
    expect(await query(`SELECT 1 FROM jobs.outbox WHERE channel = 'carry'`)).toHaveLength(1);
    expect(await messagesOf(copy.nats, greet.name)).toBe(0);
    expect(await claims.claim(greet.name, 60_000)).toBeDefined();
  });

  it('runs if it only removes something', async () => {
    await suspend();
    await enqueueGreeting(copy, 'held');
    const { id } = await enqueueRemoval();
    expect((await claims.claim(greet.name, 60_000))?.jobId).toBe(id);
    expect(await claims.claim(greet.name, 60_000)).toBeUndefined();
  });
});

describe('thousands of jobs of a suspended account', () => {
  /** Entries of indexes and rows of the table that a claim has read, by the statistics of PostgreSQL. */
  async function readBy(work: (claim: () => Promise<unknown>) => Promise<void>): Promise<number> {
    const runner = copy.source.createQueryRunner();
    const read = async () => {
      await runner.query('SELECT pg_stat_force_next_flush()');
      const [row] = (await runner.query(
        `SELECT (sum(idx_tup_read) + sum(seq_tup_read) / count(*))::int AS count
         FROM pg_stat_user_indexes JOIN pg_stat_user_tables USING (relid) WHERE pg_stat_user_indexes.schemaname = 'jobs' AND pg_stat_user_tables.relname = 'job'`,
      )) as [{ count: number }];
      return row.count;
    };
    try {
      const before = await read();
      await work(() => runner.query(`SELECT id FROM jobs.claim($1, 60000, '00000000-0000-0000-0000-000000000000', 1, NULL)`, [greet.name]));
      return (await read()) - before;
    } finally {
      await runner.release();
    }
  }

  it('are not in the way of others: a claim reads past them at once', async () => {
    const { id } = await enqueueGreeting(copy, 'held', { owner: ownerId });
    await query(
      `INSERT INTO jobs.job (id, owner_id, kind, max_attempts, subject, input, context)
       SELECT gen_random_uuid(), owner_id, kind, max_attempts, subject, input, context FROM jobs.job, generate_series(1, 3000) WHERE id = $1`,
      [id],
    );
    await suspend();
    const owner = 'ffffffff-ffff-4fff-bfff-ffffffffffff'; // behind the suspended one
    const other = await enqueueGreeting(copy, 'free', { owner });
    await query('VACUUM ANALYZE jobs.job');
    const claimed: unknown[] = [];
    const read = await readBy(async (claim) => void claimed.push(await claim()));
    expect(claimed).toEqual([[{ id: other.id }]]);
    expect(read).toBeLessThan(100);
  });
});

describe('a job that only removes something', () => {
  it('cannot be cancelled, neither while it waits nor while it runs', async () => {
    const [waiting, running] = [await enqueueRemoval(3_600_000), await enqueueRemoval()];
    expect((await claims.claim(greet.name, 60_000))?.jobId).toBe(running.id);
    for (const { id } of [waiting, running]) {
      await expect(copy.engine.store.cancel(id, ownerId)).rejects.toMatchObject({ code: 'job-not-cancellable' });
      await copy.engine.store.cancelIfOpen(id, ownerId);
    }
    expect([await stateOf(waiting.id), await stateOf(running.id)]).toEqual(['queued', 'running']);
  });
});

describe('a job of an account that ends', () => {
  it('is cancelled; one that only removes something runs now, and so does what the erasure begins', async () => {
    await suspend();
    const [waiting, running, removal] = [await enqueueGreeting(copy, 'w'), await enqueueRemoval(), await enqueueRemoval(3_600_000)];
    expect((await claims.claim(greet.name, 60_000))?.jobId).toBe(running.id);
    await inTransaction(copy.source, async (tx) => {
      await cancelJobsOf(tx, ownerId);
      await tx.query('INSERT INTO erasure.request (owner_id, erase_from) VALUES ($1, now())', [ownerId]);
    });
    const later = await enqueueGreeting(copy, 'of the erasure');
    expect([await stateOf(waiting.id), await stateOf(running.id)]).toEqual(['cancelled', 'running']);
    const claimed = [await claims.claim(greet.name, 60_000), await claims.claim(greet.name, 60_000)].map((claim) => claim?.jobId);
    expect(new Set(claimed)).toEqual(new Set([removal.id, later.id]));
  });
});
