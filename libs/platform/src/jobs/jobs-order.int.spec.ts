/** Which job is next, how long it will take, and how long it is remembered. */
import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ConcurrencyLimiter } from '#compute';
import { queryRows } from '#storage';
import { Blocker, type ManagedServer, queryPlans, startNats, type TestDatabase, testDatabase } from '#testing';
import { ClaimStore } from './claim.store.ts';
import { type Copy, ended, enqueueGreeting, greet, openCopy, ownerId, reached } from './fixtures/job-fixture.ts';
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
  database = await testDatabase('order');
  copy = await openCopy(database.url, nats.url);
  claims = new ClaimStore({ source: copy.source });
});
afterEach(async () => {
  await copy.close(0);
  await database.drop();
});
afterAll(() => nats.stop());

const kind = greet.name;
const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
const reconciler = (settings = {}) => new Reconciler({ source: copy.source }, { connection: copy.nats }, silent, () => undefined, settings);

/** Enqueues for a fresh owner; answers the owner. */
async function ownerWith(count: number): Promise<string> {
  const owner = randomUUID();
  for (let i = 0; i < count; i++) await enqueueGreeting(copy, `${i}`, { owner });
  return owner;
}
/** The owners of the next `count` jobs, as one worker takes them. */
async function turns(count: number): Promise<(string | undefined)[]> {
  const owners: (string | undefined)[] = [];
  for (let i = 0; i < count; i++) owners.push((await claims.claim(kind, 60_000, owners.at(-1)))?.ownerId);
  return owners;
}
async function namesTaken(count: number): Promise<unknown[]> {
  const inputs: unknown[] = [];
  for (let i = 0; i < count; i++) inputs.push((await claims.claim(kind, 60_000))?.input);
  return inputs;
}

describe('owners take turns', () => {
  it('so one job runs within a round of the others, who have hundreds', async () => {
    const busy = await ownerWith(100);
    const modest = await ownerWith(1);
    expect(await turns(2)).toEqual(expect.arrayContaining([busy, modest]));
    expect(new Set(await turns(20))).toEqual(new Set([busy]));
  });
  it('and an owner at the limit is passed over, also when two workers claim at the same moment', async () => {
    await ownerWith(6);
    const taken = await Promise.all(Array.from({ length: 6 }, () => claims.claim(kind, 60_000, undefined, 2)));
    expect(taken.filter(Boolean)).toHaveLength(2);
    expect(await claims.isWaiting(kind)).toBe(true);
    const stranger = await ownerWith(1);
    expect((await claims.claim(kind, 60_000, undefined, 2))?.ownerId).toBe(stranger);
  });
  it('and the end of a job at the limit starts the next one of its owner', async () => {
    const open = Promise.withResolvers<void>();
    const [owner, other] = [randomUUID(), randomUUID()];
    const begun: string[] = [];
    const first = Promise.withResolvers<void>();
    copy.engine.handle(
      greet,
      async ({ name }, run) => {
        begun.push(name);
        if (run.ownerId === owner) first.resolve();
        if (run.ownerId === owner) await open.promise;
        return run.complete({ greeting: name });
      },
      { concurrency: 4, maxPerOwner: 1 },
    );
    const jobs = [];
    for (const name of ['a', 'b', 'c']) jobs.push(await enqueueGreeting(copy, name, { owner }));
    copy.engine.start();
    await first.promise;
    const job = await enqueueGreeting(copy, 'other', { owner: other });
    expect((await ended(copy, job.id, other)).state).toBe('succeeded');
    expect(begun.filter((name) => name !== 'other')).toHaveLength(1);
    open.resolve();
    for (const { id } of jobs) expect((await ended(copy, id, owner)).state).toBe('succeeded');
  });
  it('evenly, until each has nothing left', async () => {
    const owners = [await ownerWith(2), await ownerWith(4), await ownerWith(1)].sort();
    const taken = await turns(7);
    expect(new Set(taken.slice(0, 3))).toEqual(new Set(owners));
    expect(new Set(taken.slice(3, 5)).size).toBe(2);
    expect(await turns(1)).toEqual([undefined]);
  });
  it('and a worker with one slot serves the newcomer before the rest of a thousand', async () => {
    const many = randomUUID();
    await copy.source.query(
      `INSERT INTO jobs.job (id, owner_id, kind, max_attempts, subject, input, context)
       SELECT gen_random_uuid(), $1, $2, 3, '{}', '{"name": "n"}', '{"requestId": "r", "traceparent": "00-${'1'.repeat(32)}-${'2'.repeat(16)}-01"}'
       FROM generate_series(1, 1000)`,
      [many, kind],
    );
    const one = await enqueueGreeting(copy, 'the one');
    copy.engine.handle(greet, async ({ name }, run) => run.complete({ greeting: name }), { concurrency: 1 });
    copy.engine.start();
    await ended(copy, one.id);
    const [{ before } = { before: -1 }] = await queryRows<{ before: number }>(
      copy.source,
      'SELECT count(*)::int AS before FROM jobs.job WHERE owner_id = $1 AND started_at < (SELECT started_at FROM jobs.job WHERE id = $2)',
      [many, one.id],
    );
    expect(before).toBeLessThanOrEqual(1);
  });
});

describe('priority', () => {
  it('goes before age among the jobs of one owner', async () => {
    for (const priority of [0, -1, 5, 0]) await enqueueGreeting(copy, String(priority), { priority });
    expect(await namesTaken(4)).toEqual(['5', '0', '0', '-1'].map((name) => ({ name })));
  });
  it('gives in to age: ten minutes make up for one step', async () => {
    await enqueueGreeting(copy, 'urgent', { priority: 1 });
    const { id } = await enqueueGreeting(copy, 'patient');
    await copy.source.query(`UPDATE jobs.job SET run_at = run_at - interval '11 minutes' WHERE id = $1`, [id]);
    expect(await namesTaken(2)).toEqual([{ name: 'patient' }, { name: 'urgent' }]);
  });
  it('does not bring a delayed job forward', async () => {
    await enqueueGreeting(copy, 'later', { priority: 9, delayMs: 60_000 });
    await enqueueGreeting(copy, 'now');
    expect(await namesTaken(1)).toEqual([{ name: 'now' }]);
    expect(await claims.claim(kind, 60_000)).toBeUndefined();
  });
});

describe('the expected end', () => {
  const running = async (percent: number, secondsAgo: number) => {
    const { id } = await enqueueGreeting(copy, 'slow');
    const claim = (await claims.claim(kind, 60_000))!;
    await copy.source.query(`UPDATE jobs.job SET attempt_at = now() - $2 * interval '1 second' WHERE id = $1`, [id, secondsAgo]);
    await claims.progress(claim, 'thinking', percent, 60_000);
    return { claim, eta: async () => (await copy.engine.store.get(id, ownerId)).etaSeconds };
  };
  it('is what is left at the pace so far', async () => {
    expect(await (await running(25, 30)).eta()).toBeGreaterThanOrEqual(89);
  });
  it('is not known in the first second or the first percent, nor before and after the run', async () => {
    expect(await (await running(50, 0)).eta()).toBeNull();
    expect(await (await running(0.5, 30)).eta()).toBeNull();
    expect(await enqueueGreeting(copy, 'waits')).toMatchObject({ etaSeconds: null, state: 'queued' });
    const { claim, eta } = await running(50, 30);
    await claims.succeed(claim, {}, undefined);
    expect(await eta()).toBeNull();
  });
  it('moves part of the way when the pace changes', async () => {
    const { claim, eta } = await running(10, 10); // 90 s to go
    await claims.progress(claim, 'thinking', 50, 60_000); // now it looks like 10 s
    const smoothed = (await eta())!;
    expect(smoothed).toBeGreaterThan(40);
    expect(smoothed).toBeLessThan(90);
  });
});

describe('what is remembered', () => {
  it('can be listed by the time it was made', async () => {
    const [first, second] = [await enqueueGreeting(copy, 'a'), await enqueueGreeting(copy, 'b')];
    await copy.source.query(`UPDATE jobs.job SET created_at = '2020-01-01T00:00:00Z' WHERE id = $1`, [first.id]);
    const listed = async (filter: object) => (await copy.engine.store.list(ownerId, { limit: 9, ...filter })).items.map(({ id }) => id);
    expect(await listed({ createdAtMax: '2020-01-01T00:00:00Z' })).toEqual([first.id]);
    expect(await listed({ createdAtMin: '2020-01-02T00:00:00Z' })).toEqual([second.id]);
    expect(await listed({ createdAtMin: '2020-01-01T00:00:00Z' })).toEqual([second.id, first.id]);
  });
  it('goes some time after its end, with its events, and never before', async () => {
    const ids = [];
    for (const name of ['old', 'young', 'waiting']) ids.push((await enqueueGreeting(copy, name)).id);
    for (const id of ids.slice(0, 2)) await copy.engine.store.cancel(id, ownerId);
    await copy.source.query(`UPDATE jobs.job SET ended_at = now() - interval '31 days' WHERE id = $1`, [ids[0]]);
    await copy.source.query(`UPDATE jobs.job SET created_at = now() - interval '90 days'`);
    await reconciler().sweep();
    const left = (await queryRows<{ id: string }>(copy.source, 'SELECT id FROM jobs.job')).map(({ id }) => id);
    expect(left.sort()).toEqual(ids.slice(1).sort());
    expect(await queryRows(copy.source, 'SELECT 1 FROM jobs.job_event WHERE job_id = $1', [ids[0]])).toEqual([]);
  });
});

describe('an old job that its owner retries', () => {
  it('while what is old is deleted stays', async () => {
    const { id } = await enqueueGreeting(copy, 'old');
    await copy.engine.store.cancel(id, ownerId);
    await copy.source.query(`UPDATE jobs.job SET ended_at = now() - interval '31 days' WHERE id = $1`, [id]);
    await using retry = await Blocker.open(copy.source);
    await retry.query(`UPDATE jobs.job SET state = 'queued', ended_at = NULL, reason = NULL WHERE id = $1`, [id]);
    const swept = reconciler().sweep();
    await retry.blocks();
    await retry.commit();
    await swept;
    expect(await copy.engine.store.get(id, ownerId)).toMatchObject({ state: 'queued' });
  });
});

describe('events of jobs', () => {
  it('go with their month, a day after it was over; the row of a job then tells for them', async () => {
    const { id } = await enqueueGreeting(copy, 'old');
    const events = () => queryRows(copy.source, 'SELECT 1 FROM jobs.job_event WHERE job_id = $1', [id]);
    const nextMonth = (day: number) => new Date(Date.UTC(new Date().getUTCFullYear(), new Date().getUTCMonth() + 1, day, 12));
    await reconciler().maintainEvents(nextMonth(1));
    expect(await events()).toHaveLength(1);
    await reconciler().maintainEvents(nextMonth(2));
    expect(await events()).toEqual([]);
    await reconciler().maintainEvents(); // makes the present month again
    await copy.engine.store.cancel(id, ownerId);
    expect(await events()).toHaveLength(1);
  });
  it('are read in the months since their job was made', async () => {
    const { id } = await enqueueGreeting(copy, 'young');
    const signal = AbortSignal.timeout(20_000);
    const plan = await queryPlans(copy.source, async () => void (await copy.engine.feed.watch(id, ownerId, 0, signal).next()));
    expect(plan).toMatch(/Index Cond: \(\(job_id = j\.id\) AND \(sequence > 0\) AND \(at >= j\.created_at\)\)/);
  });
});

describe('messages', () => {
  it('that NATS lost are replaced, one for each job that waits, and only once', async () => {
    const lost = { name: 'test.job.lost' };
    await ensureConsumer(copy.nats, lost.name);
    await copy.source.query(
      `INSERT INTO jobs.job (id, owner_id, kind, max_attempts, subject, input, context, run_at)
       SELECT gen_random_uuid(), $1, $2, 3, '{}', '{}', '{}', now() - interval '1 minute' FROM generate_series(1, 7)`,
      [ownerId, lost.name],
    );
    await copy.source.query('DELETE FROM jobs.outbox');
    for (let round = 0; round < 3; round++) await reconciler({ missedAfterMs: 0 }).sweep();
    expect(await queryRows(copy.source, `SELECT 1 FROM jobs.outbox WHERE channel = 'carry'`)).toHaveLength(7);
    await copy.engine.stop(0); // publishes what is left to say
    expect(await messagesOf(copy.nats, lost.name)).toBe(7);
    await reconciler({ missedAfterMs: 0 }).sweep();
    expect(await queryRows(copy.source, `SELECT 1 FROM jobs.outbox WHERE channel = 'carry'`)).toEqual([]);
  });
});

describe('the concurrency limit of a process', () => {
  it('lets no more jobs run than it has cores, however many slots, and each covers the work inside it', async () => {
    const limiter = new ConcurrencyLimiter({ cores: 2, memoryBytes: 1_000_000_000 });
    const crowded = await openCopy(database.url, nats.url, { limiter });
    let [now, most] = [0, 0];
    const two = Promise.withResolvers<void>();
    const handler: Parameters<typeof crowded.engine.handle<typeof greet>>[1] = async ({ name }, run) => {
      most = Math.max(most, ++now);
      if (now === 2) two.resolve();
      await two.promise; // both cores are spent at once, however slowly jobs come
      await limiter.run({ cores: 2 }, () => new Promise((resolve) => setImmediate(resolve))); // would wait for ever if it were counted again
      now--;
      return run.complete({ greeting: name });
    };
    crowded.engine.handle(greet, handler, { concurrency: 8 });
    crowded.engine.start();
    const jobs = await Promise.all(Array.from({ length: 20 }, (_, i) => enqueueGreeting(crowded, `${i}`)));
    await Promise.all(jobs.map(({ id }) => ended(crowded, id)));
    expect(most).toBe(2);
    await crowded.close();
    expect([limiter.usedCores, limiter.queued]).toEqual([0, 0]);
  });
  it('leaves a job in the queue while there is no room, for whoever has some', async () => {
    const full = new ConcurrencyLimiter({ cores: 1, memoryBytes: 1_000_000_000 });
    const taken = await full.acquire({ cores: 1 });
    const crowded = await openCopy(database.url, nats.url, { limiter: full });
    crowded.engine.handle(greet, async ({ name }, run) => run.complete({ greeting: name }), { concurrency: 1 });
    crowded.engine.start();
    const first = await enqueueGreeting(crowded, 'first');
    await untilWaiting(full);
    expect(await crowded.engine.store.get(first.id, ownerId)).toMatchObject({ state: 'queued' });
    taken.release();
    await reached(crowded, first.id, ({ state }) => state === 'succeeded');
    await crowded.close();
  });
});

async function untilWaiting(limiter: ConcurrencyLimiter): Promise<void> {
  while (limiter.queued === 0) await new Promise((resolve) => setImmediate(resolve));
}
