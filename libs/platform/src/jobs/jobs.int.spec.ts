import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Metric } from 'prom-client';
import { Failure, job as jobContract } from '#contracts';
import { inTransaction, queryRows } from '#storage';
import { type ManagedServer, startNats, type TestDatabase, testDatabase, until } from '#testing';
import { ClaimLost, ClaimStore } from './claim.store.ts';
import { type Copy, context, ended, enqueueGreeting, greet, openCopy, ownerId, reached } from './fixtures/job-fixture.ts';
import { jobAttempts, jobQueueDepth, jobsInFlight, outboxPending } from './job.metrics.ts';
import type { JobHandler } from './job-run.ts';
import { Reconciler } from './reconciler.ts';
import { carrySubject } from './streams.ts';

let nats: ManagedServer;
let database: TestDatabase;
let copies: Copy[] = [];

beforeAll(async () => {
  nats = await startNats();
});
beforeEach(async () => {
  database = await testDatabase('jobs');
});
afterEach(async () => {
  const open = copies;
  copies = [];
  await Promise.all(open.map((copy) => copy.close(200)));
  await database.drop();
});
afterAll(() => nats.stop());

type Greeter = JobHandler<typeof greet>;
const polite: Greeter = async ({ name }, run) => run.complete({ greeting: `Hello ${name}` });
const untilStopped: Greeter = (_, run) =>
  new Promise((_resolve, reject) => run.signal.addEventListener('abort', () => reject(run.signal.reason)));

async function copyWith(handler?: Greeter, concurrency = 4): Promise<Copy> {
  const copy = await openCopy(database.url, nats.url);
  if (handler) copy.engine.handle(greet, handler, { concurrency });
  copy.engine.start();
  copies.push(copy);
  return copy;
}

describe('a job', () => {
  it('runs and leaves its result, in the shape that clients are promised', async () => {
    const copy = await copyWith(polite);
    const accepted = await enqueueGreeting(copy, 'Ana');
    expect(accepted).toMatchObject({ kind: 'test.job.greet', state: 'queued', attempts: 0, maxAttempts: 3 });
    const done = await ended(copy, accepted.id);
    expect(done).toMatchObject({ state: 'succeeded', percent: 100, attempts: 1, result: { greeting: 'Hello Ana' }, reason: null });
    expect(jobContract.parse(done)).toEqual(done);
    expect(await copy.engine.store.get(accepted.id, ownerId)).toEqual(done);
  });
  it('leaves only when the transaction that made it commits', async () => {
    const copy = await copyWith(polite);
    const undone = inTransaction(copy.source, async (tx) => {
      await copy.engine.store.enqueue(tx, greet, { ownerId, input: { name: 'Nobody' }, context });
      throw new Error('changed my mind');
    });
    await expect(undone).rejects.toThrow('changed my mind');
    expect((await copy.engine.store.list(ownerId, { limit: 10 })).items).toEqual([]);
  });
  it('is refused at once when its input does not fit', async () => {
    const copy = await copyWith();
    const wrong = inTransaction(copy.source, (tx) =>
      copy.engine.store.enqueue(tx, greet, { ownerId, input: { name: 7 as unknown as string }, context }),
    );
    await expect(wrong).rejects.toMatchObject({ code: 'request-invalid' });
  });
  it('waits its delay', async () => {
    const copy = await copyWith(polite);
    const done = await ended(copy, (await enqueueGreeting(copy, 'Later', { delayMs: 400 })).id);
    expect(Date.parse(done.startedAt!) - Date.parse(done.createdAt)).toBeGreaterThanOrEqual(399);
  });
  it('is one while its twin with the same key waits, and another after it ended', async () => {
    const idle = await copyWith();
    const [first, second] = [await enqueueGreeting(idle, 'A', { dedupeKey: 'k' }), await enqueueGreeting(idle, 'B', { dedupeKey: 'k' })];
    expect(second.id).toBe(first.id);
    await idle.engine.store.cancel(first.id, ownerId);
    expect((await enqueueGreeting(idle, 'C', { dedupeKey: 'k' })).id).not.toBe(first.id);
  });
  it('writes its rows in the transaction that ends it, or not at all', async () => {
    const rows = new Map<number, number>();
    const copy = await copyWith(async ({ name }, run) =>
      run.complete({ greeting: name }, async (tx) => {
        await tx.query('INSERT INTO note (text) VALUES ($1)', [`attempt ${run.attempt}`]);
        rows.set(run.attempt, (rows.get(run.attempt) ?? 0) + 1);
        if (run.attempt === 1) throw new Error('the disk hiccuped');
      }),
    );
    await copy.source.query('CREATE TABLE note (text text)');
    const done = await ended(copy, (await enqueueGreeting(copy, 'Ana')).id);
    expect(done).toMatchObject({ state: 'succeeded', attempts: 2 });
    expect(await queryRows(copy.source, 'SELECT text FROM note')).toEqual([{ text: 'attempt 2' }]);
  });
});

describe('a job that fails', () => {
  it('is run again, and not only its end, when its rows refer to one that is gone', async () => {
    const ends: number[] = [];
    const copy = await copyWith(async ({ name }, run) =>
      run.complete({ greeting: name }, async (tx) => {
        ends.push(run.attempt);
        if (run.attempt === 1) await tx.query('INSERT INTO note VALUES (1)');
      }),
    );
    await copy.source.query('CREATE TABLE page (id int PRIMARY KEY)');
    await copy.source.query('CREATE TABLE note (page int REFERENCES page)');
    expect(await ended(copy, (await enqueueGreeting(copy, 'Ana')).id)).toMatchObject({ state: 'succeeded', attempts: 2 });
    expect(ends).toEqual([1, 2]);
  });
  it('tries again, and dead-letters after its last attempt with its reason and the tool’s last words, while others go on', async () => {
    const copy = await copyWith(async ({ name }, run) => {
      if (name !== 'Poison') return run.complete({ greeting: name });
      throw Object.assign(new Failure('service-unavailable', 'ffmpeg died'), { stderrTail: ['line 1', 'line\0 2'] });
    });
    const poison = await enqueueGreeting(copy, 'Poison');
    const others = await Promise.all(Array.from({ length: 20 }, (_, i) => enqueueGreeting(copy, `n${i}`)));
    const done = await Promise.all(others.map(({ id }) => ended(copy, id)));
    expect(done.every(({ state, attempts }) => state === 'succeeded' && attempts === 1)).toBe(true);
    const failed = await ended(copy, poison.id);
    expect(failed).toMatchObject({ state: 'failed', attempts: 3, reason: { code: 'service-unavailable', message: 'ffmpeg died' } });
    expect(failed.toolLines).toEqual(['line 1', 'line  2']);
    await letterOf(copy, poison.id);
  });
  it('fails at once when its input is to blame, and nobody has to look at it', async () => {
    const copy = await copyWith(async () => {
      throw new Failure('media-not-audio', 'This is a picture.');
    });
    const failed = await ended(copy, (await enqueueGreeting(copy, 'Picture')).id);
    expect(failed).toMatchObject({ state: 'failed', attempts: 1, reason: { code: 'media-not-audio' } });
    expect(await copy.engine.deadLetters.list({ limit: 10 })).not.toContainEqual(expect.objectContaining({ jobId: failed.id }));
  });
  it('shows nothing of an unexpected error', async () => {
    const copy = await copyWith(async () => {
      throw new Error('password of the database is 1234');
    });
    const { id } = await enqueueGreeting(copy, 'Oops');
    const waiting = await reached(copy, id, (job) => job.reason !== null);
    expect(JSON.stringify(waiting)).not.toContain('1234');
  });
  it('is not run again while another with its key waits, by its owner or from the dead letters, and holds up no other letter', async () => {
    const idle = await copyWith();
    const dead = async (name: string, dedupeKey?: string) => {
      const { id } = await enqueueGreeting(idle, name, dedupeKey === undefined ? {} : { dedupeKey });
      await idle.source.query('UPDATE jobs.job SET attempts = max_attempts - 1 WHERE id = $1', [id]);
      await new ClaimStore({ source: idle.source }).claim(greet.name, 0);
      await ended(idle, id);
      await letterOf(idle, id);
      return id;
    };
    const first = await dead('First', 'k');
    const other = await dead('Other');
    await enqueueGreeting(idle, 'Twin', { dedupeKey: 'k' });
    await expect(idle.engine.store.retry(first, ownerId)).rejects.toMatchObject({ code: 'job-finished' });
    await idle.engine.deadLetters.replayAll(greet.name);
    expect((await idle.engine.store.get(first, ownerId)).state).toBe('failed');
    expect((await idle.engine.store.get(other, ownerId)).state).toBe('queued');
  });
  it('is run again once where a job with its key is queued at that moment', async () => {
    const idle = await copyWith();
    const { id } = await enqueueGreeting(idle, 'First', { dedupeKey: 'k' });
    await idle.engine.store.cancel(id, ownerId);
    const late = idle.source.createQueryRunner();
    await late.startTransaction();
    await idle.engine.store.enqueue(late.manager, greet, { ownerId, input: { name: 'Twin' }, context, dedupeKey: 'k' });
    const retried = idle.engine.store.retry(id, ownerId).catch((error: unknown) => error);
    const waits = async () =>
      (await queryRows(idle.source, `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'transactionid'`))
        .length > 0;
    expect(await until(waits, 20_000)).toBe(true);
    await late.commitTransaction();
    await late.release();
    expect(await retried).toMatchObject({ code: 'job-finished' });
  });
  it('can be replayed from the dead letters, and dropped from them', async () => {
    let broken = true;
    const copy = await copyWith(async ({ name }, run) => {
      if (broken) throw new Failure('storage-full', 'No room.');
      return run.complete({ greeting: name });
    });
    const { id } = await enqueueGreeting(copy, 'Ana');
    expect(await ended(copy, id)).toMatchObject({ state: 'failed' });
    const letter = await letterOf(copy, id);
    broken = false;
    expect(await copy.engine.deadLetters.replay(letter.sequence)).toBe(true);
    await reached(copy, id, (job) => job.state === 'succeeded');
    await expect(copy.engine.deadLetters.drop(letter.sequence)).rejects.toMatchObject({ code: 'not-found' });
  });
  it('is stopped when its time is over', async () => {
    const copy = await openCopy(database.url, nats.url);
    const quick = { ...greet, timeoutMs: 100, maxAttempts: 1 };
    copy.engine.handle(quick, untilStopped, { concurrency: 1 });
    copy.engine.start();
    copies.push(copy);
    const { id } = await inTransaction(copy.source, (tx) =>
      copy.engine.store.enqueue(tx, quick, { ownerId, input: { name: 'Slow' }, context }),
    );
    expect(await ended(copy, id)).toMatchObject({ state: 'failed', reason: { code: 'deadline-exceeded' } });
  });
});

describe('metrics', () => {
  it('tell attempts by outcome, and what waits', async () => {
    const before = await sampleOf(jobAttempts, { kind: 'test.job.greet', outcome: 'succeeded' });
    const copy = await copyWith(polite);
    await ended(copy, (await enqueueGreeting(copy, 'Ana')).id);
    await copy.engine.stop(1_000);
    expect(await sampleOf(jobAttempts, { kind: 'test.job.greet', outcome: 'succeeded' })).toBe(before + 1);
    expect(await sampleOf(jobsInFlight, { kind: 'test.job.greet' })).toBe(0);
    for (let i = 0; i < 3; i++) await enqueueGreeting(copy, 'Waits');
    await new Reconciler({ source: copy.source }, { connection: copy.nats }, silent, () => undefined).measure();
    expect(await sampleOf(jobQueueDepth, { kind: 'test.job.greet' })).toBe(3);
    expect(await sampleOf(outboxPending, {})).toBe(6);
  });
});

describe('owners', () => {
  it('see, cancel, retry and watch only their own', async () => {
    const copy = await copyWith();
    const { id } = await enqueueGreeting(copy, 'Mine');
    const stranger = randomUUID();
    const { store, feed } = copy.engine;
    const attempts = [store.get(id, stranger), store.cancel(id, stranger), store.retry(id, stranger)];
    const watching = feed.watch(id, stranger, 0, AbortSignal.timeout(5_000)).next();
    for (const attempt of [...attempts, watching]) await expect(attempt).rejects.toMatchObject({ code: 'job-not-found' });
    expect((await store.list(stranger, { limit: 10 })).items).toEqual([]);
    expect(await store.get(id, ownerId)).toMatchObject({ state: 'queued' });
  });
  it('list theirs from new to old, page by page, by state and kind', async () => {
    const copy = await copyWith();
    const made: string[] = [];
    for (let i = 0; i < 5; i++) made.unshift((await enqueueGreeting(copy, `n${i}`)).id);
    await copy.engine.store.cancel(made[0]!, ownerId);
    const first = await copy.engine.store.list(ownerId, { limit: 3 });
    const second = await copy.engine.store.list(ownerId, { limit: 3, cursor: first.nextCursor! });
    expect([...first.items, ...second.items].map(({ id }) => id)).toEqual(made);
    expect(second.nextCursor).toBeNull();
    expect((await copy.engine.store.list(ownerId, { limit: 9, states: ['cancelled'], kind: 'test.job.greet' })).items).toHaveLength(1);
    expect((await copy.engine.store.list(ownerId, { limit: 9, kind: 'test.job.other' })).items).toEqual([]);
  });
});

describe('cancelling', () => {
  it('ends a waiting job, which then never runs', async () => {
    const idle = await copyWith();
    const { id } = await enqueueGreeting(idle, 'Ana');
    expect(await idle.engine.store.cancel(id, ownerId)).toMatchObject({ state: 'cancelled', reason: { code: 'cancelled' } });
    const worker = await copyWith(polite);
    await ended(worker, (await enqueueGreeting(worker, 'After')).id);
    expect(await worker.engine.store.get(id, ownerId)).toMatchObject({ state: 'cancelled', attempts: 0 });
  });
  it('stops a running job at its worker, whose late result is refused', async () => {
    const stopped = Promise.withResolvers<unknown>();
    const copy = await copyWith((_, run) => {
      const late = Promise.withResolvers<ReturnType<typeof run.complete>>();
      run.signal.addEventListener('abort', () => {
        stopped.resolve(run.signal.reason);
        late.resolve(run.complete({ greeting: 'too late' }));
      });
      return late.promise;
    });
    const { id } = await enqueueGreeting(copy, 'Ana');
    await reached(copy, id, ({ state }) => state === 'running');
    await copy.engine.store.cancel(id, ownerId);
    expect(await stopped.promise).toMatchObject({ code: 'cancelled' });
    await copy.engine.stop(1_000);
    expect(await copy.engine.store.get(id, ownerId)).toMatchObject({ state: 'cancelled', result: null });
  });
  it('is refused for a job that has ended', async () => {
    const copy = await copyWith(polite);
    const { id } = await ended(copy, (await enqueueGreeting(copy, 'Ana')).id);
    await expect(copy.engine.store.cancel(id, ownerId)).rejects.toMatchObject({ code: 'job-finished' });
  });
});

describe('delivery', () => {
  it('changes nothing when a message comes twice', async () => {
    let runs = 0;
    const copy = await copyWith((input, run) => {
      runs++;
      return polite(input, run);
    });
    const { id } = await enqueueGreeting(copy, 'Ana');
    await ended(copy, id);
    for (let i = 0; i < 3; i++) await copy.nats.request(carrySubject('test.job.greet', id), JSON.stringify({ jobId: id }));
    await ended(copy, (await enqueueGreeting(copy, 'Behind them')).id);
    expect(runs).toBe(2);
    expect(await copy.engine.store.get(id, ownerId)).toMatchObject({ state: 'succeeded', attempts: 1 });
  });
  it('spreads over copies, each job once', async () => {
    const ran: string[] = [];
    const note: Greeter = async (input, run) => {
      ran.push(run.jobId);
      return polite(input, run);
    };
    const [first] = await Promise.all([copyWith(note, 2), copyWith(note, 2), copyWith(note, 2)]);
    const jobs = await Promise.all(Array.from({ length: 60 }, (_, i) => enqueueGreeting(first!, `n${i}`)));
    await Promise.all(jobs.map(({ id }) => ended(first!, id)));
    expect(ran.sort()).toEqual(jobs.map(({ id }) => id).sort());
  });
});

describe('a worker that falls silent', () => {
  it('can write nothing once another has its job', async () => {
    const idle = await openCopy(database.url, nats.url);
    copies.push(idle);
    const claims = new ClaimStore({ source: idle.source });
    const { id } = await enqueueGreeting(idle, 'Ana');
    const zombie = (await claims.claim(greet.name, 0))!;
    await takeBack(idle);
    const owner = (await claims.claim(greet.name, 0))!;
    expect([zombie.attempt, owner.attempt]).toEqual([1, 2]);
    expect(await claims.renew(owner, 60_000)).toBe(true);
    expect(await claims.claim(greet.name, 60_000)).toBeUndefined();
    expect(await claims.renew(zombie, 60_000)).toBe(false);
    expect(await claims.progress(zombie, 'thinking', 99, 60_000)).toBe(false);
    expect(await claims.fail(zombie, { code: 'internal', message: 'x' }, [], true)).toBe(false);
    expect(await claims.retryLater(zombie, { code: 'internal', message: 'x' }, [], 0)).toBe(false);
    expect(await claims.release(zombie)).toBe(false);
    let wrote = false;
    const late = claims.succeed(zombie, { greeting: 'boo' }, async () => {
      wrote = true;
    });
    await expect(late).rejects.toThrow(ClaimLost);
    expect(wrote).toBe(false);
    await claims.succeed(owner, { greeting: 'Hello' }, undefined);
    await claims.succeed(owner, { greeting: 'said twice, as after a lost answer' }, undefined);
    expect(await idle.engine.store.get(id, ownerId)).toMatchObject({ state: 'succeeded', result: { greeting: 'Hello' }, attempts: 2 });
  });
  it('at the last attempt leaves a failed job and a dead letter', async () => {
    const idle = await copyWith();
    const claims = new ClaimStore({ source: idle.source });
    const { id } = await enqueueGreeting(idle, 'Killer');
    await idle.source.query('UPDATE jobs.job SET attempts = max_attempts - 1 WHERE id = $1', [id]);
    await claims.claim(greet.name, 0);
    expect(await ended(idle, id)).toMatchObject({ state: 'failed', attempts: 3, reason: { message: 'The worker stopped responding.' } });
    expect(await letterOf(idle, id)).toMatchObject({ ownerId, kind: 'test.job.greet', attempts: 3 });
  });
});

/** As after a lease that ran out. */
const takeBack = ({ source, nats: connection }: Copy) =>
  new Reconciler({ source }, { connection }, silent, () => undefined, { leaseMs: 0 }).sweep();
const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** A letter travels through the outbox, so it may come a moment after the job's end. */
async function letterOf(copy: Copy, jobId: string) {
  const look = async () => (await copy.engine.deadLetters.list({ limit: 1_000 })).find((found) => found.jobId === jobId);
  await until(async () => (await look()) !== undefined, 30_000);
  const letter = await look();
  if (!letter) throw new Error(`no dead letter of ${jobId}`);
  return letter;
}

async function sampleOf(metric: Metric, labels: Record<string, string>): Promise<number> {
  const { values } = (await metric.get()) as { values: { value: number; labels: object }[] };
  return values.find((sample) => JSON.stringify(sample.labels) === JSON.stringify(labels))?.value ?? 0;
}
