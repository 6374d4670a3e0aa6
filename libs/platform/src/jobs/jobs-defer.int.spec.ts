/** A job that waits for another one: it holds neither a slot nor an attempt, and is woken when the other leaves its worker. */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Job } from '#contracts';
import { queryRows } from '#storage';
import { freeze, type ManagedServer, startNats, type TestDatabase, testDatabase, until } from '#testing';
import { type Claim, ClaimStore } from './claim.store.ts';
import { type Copy, ended, enqueueGreeting, greet, openCopy, ownerId, reached } from './fixtures/job-fixture.ts';
import { JobStore } from './job.store.ts';
import type { JobHandler } from './job-run.ts';

let nats: ManagedServer;
let database: TestDatabase;
let copy: Copy;
let children: ChildProcess[];

beforeAll(async () => {
  nats = await startNats();
});
beforeEach(async () => {
  database = await testDatabase('defer');
  copy = await openCopy(database.url, nats.url);
  children = [];
});
afterEach(async () => {
  for (const child of children) child.kill('SIGKILL');
  await copy.close(0);
  await database.drop();
});
afterAll(() => nats.stop());

const forEver = 3_600_000;
const gates = new Map<string, PromiseWithResolvers<void>>();
const gate = (name: string) => gates.get(name) ?? (gates.set(name, Promise.withResolvers<void>()).get(name) as PromiseWithResolvers<void>);

/** `after ID` waits for that job, `gated NAME` for its gate (or its signal), everything else greets at once. */
const handler: JobHandler<typeof greet> = async ({ name }, run) => {
  const [verb, what = ''] = name.split(' ');
  if (verb === 'after' && (await JobStore.isRunning(copy.source, what)))
    return run.defer({ phase: 'thinking', waitsFor: what, atMostMs: forEver });
  if (verb === 'gated') {
    const aborted = new Promise<never>((_, reject) => run.signal.addEventListener('abort', () => reject(run.signal.reason)));
    await Promise.race([gate(what).promise, aborted]);
  }
  return run.complete({ greeting: name });
};
function work(concurrency: number, by = handler): void {
  copy.engine.handle(greet, by, { concurrency });
  copy.engine.start();
}
const isWaiting = ({ state, phase }: Job) => state === 'queued' && phase === 'thinking';
/** A job that runs until `gate(name)` opens, and one that waits for it. */
async function pair(name: string): Promise<[first: Job, second: Job]> {
  const first = await enqueueGreeting(copy, `gated ${name}`);
  await reached(copy, first.id, ({ state }) => state === 'running');
  const second = await enqueueGreeting(copy, `after ${first.id}`, { owner: randomUUID() });
  return [first, second];
}
const ownerOf = async (jobId: string) =>
  (await queryRows<{ owner: string }>(copy.source, 'SELECT owner_id AS owner FROM jobs.job WHERE id = $1', [jobId]))[0]!.owner;

describe('a deferred job', () => {
  it('gives its slot to a third owner while it waits, and ends after the job that it waits for, with one attempt', async () => {
    work(2);
    const [first, second] = await pair('slot');
    const waiter = await ownerOf(second.id);
    expect(await reached(copy, second.id, isWaiting, waiter)).toMatchObject({ attempts: 0, runAt: null, percent: 0 });
    const third = await enqueueGreeting(copy, 'third', { owner: ownerId });
    expect(await ended(copy, third.id)).toMatchObject({ state: 'succeeded' }); // the other slot still works on the first
    expect(await copy.engine.store.get(first.id, ownerId)).toMatchObject({ state: 'running' });
    gate('slot').resolve();
    expect(await ended(copy, second.id, waiter)).toMatchObject({ state: 'succeeded', attempts: 1 });
    expect(await ended(copy, first.id)).toMatchObject({ state: 'succeeded', attempts: 1 });
  });
  it('goes on when the job that it waits for is cancelled', async () => {
    work(2);
    const [first, second] = await pair('cancelled');
    const waiter = await ownerOf(second.id);
    await reached(copy, second.id, isWaiting, waiter);
    await copy.engine.store.cancel(first.id, ownerId);
    expect(await ended(copy, second.id, waiter)).toMatchObject({ state: 'succeeded', attempts: 1 });
  });
  it('can be cancelled while it waits, and the other goes on', async () => {
    work(2);
    const [first, second] = await pair('waiter');
    const waiter = await ownerOf(second.id);
    await reached(copy, second.id, isWaiting, waiter);
    expect(await copy.engine.store.cancel(second.id, waiter)).toMatchObject({ state: 'cancelled', phase: null });
    gate('waiter').resolve();
    expect(await ended(copy, first.id)).toMatchObject({ state: 'succeeded', attempts: 1 });
    expect(await queryRows(copy.source, 'SELECT id FROM jobs.job WHERE waits_for IS NOT NULL')).toEqual([]);
    expect(await copy.engine.store.get(second.id, waiter)).toMatchObject({ state: 'cancelled', attempts: 0 });
  });
  it('runs again at the end of its longest wait', async () => {
    let calls = 0;
    work(1, async ({ name }, run) => (++calls === 1 ? run.defer({ phase: 'thinking', atMostMs: 1 }) : run.complete({ greeting: name })));
    expect(await ended(copy, (await enqueueGreeting(copy, 'Ana')).id)).toMatchObject({ state: 'succeeded', attempts: 1 });
    expect(calls).toBe(2);
  });
  it('goes on when the worker of the other one is killed', async () => {
    const script = fileURLToPath(new URL('fixtures/worker-process.ts', import.meta.url));
    const child = spawn(process.execPath, ['--conditions=source', script, database.url, nats.url, String(forEver)], { stdio: 'inherit' });
    children.push(child);
    const first = await enqueueGreeting(copy, 'killed');
    await reached(copy, first.id, ({ percent }) => percent >= 10);
    freeze({ pid: child.pid! }); // takes nothing more, and its lease is not over yet
    const claims = new ClaimStore({ source: copy.source });
    const second = await enqueueGreeting(copy, `after ${first.id}`);
    const claim = (await claims.claim(greet.name, 60_000))!;
    await copy.source.query(`UPDATE jobs.job SET lease_until = now() + interval '1 hour' WHERE id = $1`, [first.id]);
    expect(await claims.defer(claim, { phase: 'thinking', waitsFor: first.id, atMostMs: forEver })).toBe(true);
    child.kill('SIGKILL');
    await copy.source.query('UPDATE jobs.job SET lease_until = now() WHERE id = $1', [first.id]);
    work(1);
    expect(await ended(copy, second.id)).toMatchObject({ state: 'succeeded', attempts: 1 });
    expect(await ended(copy, first.id)).toMatchObject({ state: 'succeeded', attempts: 2 });
  });
});

describe('the end of a job and the deferral of another on it', () => {
  let claims: ClaimStore;
  const claimNext = async (): Promise<Claim> => (await claims.claim(greet.name, 60_000))!;
  const waiting = { phase: 'thinking', atMostMs: forEver };
  const isDue = async (jobId: string) =>
    (
      await queryRows(copy.source, `SELECT 1 FROM jobs.job WHERE id = $1 AND state = 'queued' AND run_at <= now() AND waits_for IS NULL`, [
        jobId,
      ])
    ).length === 1;
  const isCarried = async (jobId: string) =>
    (await queryRows(copy.source, `SELECT 1 FROM jobs.outbox WHERE job_id = $1 AND channel = 'carry' AND due_at <= now()`, [jobId]))
      .length > 0;
  const someoneWaits = async () =>
    (await queryRows(copy.source, `SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()`))
      .length > 0;
  async function twoClaims(): Promise<[Claim, Claim]> {
    claims = new ClaimStore({ source: copy.source });
    await enqueueGreeting(copy, 'first');
    await enqueueGreeting(copy, 'second');
    return [await claimNext(), await claimNext()];
  }

  it('the end is committed while the deferral waits for it: the job is due at once', async () => {
    const [first, second] = await twoClaims();
    const committing = Promise.withResolvers<void>();
    const end = claims.succeed(first, { greeting: 'x' }, () => committing.promise);
    expect(
      await until(
        async () => (await queryRows(copy.source, `SELECT 1 FROM pg_stat_activity WHERE state = 'idle in transaction'`)).length > 0,
        30_000,
      ),
    ).toBe(true);
    const deferred = claims.defer(second, { ...waiting, waitsFor: first.jobId });
    expect(await until(someoneWaits, 30_000)).toBe(true);
    committing.resolve();
    await end;
    expect(await deferred).toBe(true);
    expect(await isDue(second.jobId)).toBe(true);
    expect(await isCarried(second.jobId)).toBe(true);
  });
  it('the deferral holds the lock while the end waits for it: the end wakes the job', async () => {
    const [first, second] = await twoClaims();
    let end: Promise<unknown> = Promise.resolve();
    await copy.source.transaction(async (tx) => {
      const inTheMiddle = { source: { transaction: (run: (on: typeof tx) => unknown) => run(tx) } } as unknown as ConstructorParameters<
        typeof ClaimStore
      >[0];
      expect(await new ClaimStore(inTheMiddle).defer(second, { ...waiting, waitsFor: first.jobId })).toBe(true);
      end = claims.succeed(first, { greeting: 'x' }, undefined);
      expect(await until(someoneWaits, 30_000)).toBe(true);
    });
    await end;
    expect(await isDue(second.jobId)).toBe(true);
    expect(await isCarried(second.jobId)).toBe(true);
  });
  it('two that defer on each other do not deadlock: the second is due at once', async () => {
    const [first, second] = await twoClaims();
    const both = [claims.defer(first, { ...waiting, waitsFor: second.jobId }), claims.defer(second, { ...waiting, waitsFor: first.jobId })];
    expect(await Promise.all(both)).toEqual([true, true]);
    expect((await queryRows(copy.source, `SELECT 1 FROM jobs.job WHERE run_at <= now()`)).length).toBe(2);
  });
  it.each([
    ['fails and is retried', (claim: Claim) => claims.retryLater(claim, { code: 'internal', message: 'x' }, [], 60_000)],
    ['fails for good', (claim: Claim) => claims.fail(claim, { code: 'internal', message: 'x' }, [], false)],
    ['is handed over', (claim: Claim) => claims.release(claim)],
  ])('a job whose other %s is woken', async (_, end) => {
    const [first, second] = await twoClaims();
    await claims.defer(second, { ...waiting, waitsFor: first.jobId });
    expect(await isDue(second.jobId)).toBe(false);
    await end(first);
    expect(await isDue(second.jobId)).toBe(true);
    expect(await isCarried(second.jobId)).toBe(true);
  });
  it('a deferral whose claim is lost changes nothing', async () => {
    const [first, second] = await twoClaims();
    await claims.release(second);
    expect(await claims.defer(second, { ...waiting, waitsFor: first.jobId })).toBe(false);
    expect(await isDue(second.jobId)).toBe(true);
  });
});
