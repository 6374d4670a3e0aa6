import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { jobChanged } from '#contracts';
import { type ManagedServer, startNats, type TestDatabase, testDatabase } from '#testing';
import { ClaimStore } from './claim.store.ts';
import { type Copy, enqueueGreeting, greet, openCopy, ownerId } from './fixtures/job-fixture.ts';
import { type JobChanged, JobFeed } from './job-feed.ts';

let nats: ManagedServer;
let database: TestDatabase;
let copy: Copy;
let claims: ClaimStore;

beforeAll(async () => {
  nats = await startNats();
});
beforeEach(async () => {
  database = await testDatabase('feed');
  copy = await openCopy(database.url, nats.url);
  copy.engine.start();
  claims = new ClaimStore({ source: copy.source });
});
afterEach(async () => {
  await copy.close(0);
  await database.drop();
});
afterAll(() => nats.stop());

const never = () => AbortSignal.timeout(30_000);
const watch = (jobId: string, after = 0, signal = never()) => copy.engine.feed.watch(jobId, ownerId, after, signal);

/** A job that runs; the test is its worker. */
async function runningJob() {
  const { id } = await enqueueGreeting(copy, 'Ana');
  const claim = (await claims.claim(greet.name, 60_000))!;
  let percent = 0;
  const step = async () => claims.progress(claim, 'thinking', ++percent / 10, 60_000);
  const finish = () => claims.succeed(claim, { greeting: 'done' }, undefined);
  return { id, step, finish };
}

async function take(feed: AsyncIterable<JobChanged>, count = Number.POSITIVE_INFINITY): Promise<number[]> {
  const seen: number[] = [];
  for await (const change of feed) if (seen.push(change.sequence) >= count) break;
  return seen;
}
const upTo = (last: number, from = 1) => Array.from({ length: last - from + 1 }, (_, index) => from + index);

describe('JobFeed', () => {
  it('replays all, then goes on live, without a gap or a repetition, and ends with the job', async () => {
    const job = await runningJob();
    for (let i = 0; i < 10; i++) await job.step();
    const seen = take(watch(job.id));
    for (let i = 0; i < 40; i++) await job.step();
    await job.finish();
    expect(await seen).toEqual(upTo(53));
  });
  it('goes on behind the last change a client has seen', async () => {
    const job = await runningJob();
    for (let i = 0; i < 10; i++) await job.step();
    await job.finish();
    expect(await take(watch(job.id, 7))).toEqual(upTo(13, 8));
  });
  it('ends at once for a client that has seen the end', async () => {
    const job = await runningJob();
    await job.finish();
    expect(await take(watch(job.id, 3))).toEqual([]);
    expect(await take(watch(job.id, 99))).toEqual([]);
  });
  it('speaks the contract', async () => {
    const job = await runningJob();
    await job.finish();
    for await (const change of watch(job.id)) expect(jobChanged.payload.parse(change)).toEqual(change);
  });
  it('keeps nothing for a slow listener but still misses nothing', async () => {
    const job = await runningJob();
    const feed = watch(job.id);
    const first = await feed.next();
    for (let i = 0; i < 120; i++) await job.step();
    await job.finish();
    expect([first.value!.sequence, ...(await take(feed))]).toEqual(upTo(123));
  });
  it('serves many listeners of one job', async () => {
    const job = await runningJob();
    const all = Array.from({ length: 100 }, () => take(watch(job.id)));
    for (let i = 0; i < 20; i++) await job.step();
    await job.finish();
    for (const seen of await Promise.all(all)) expect(seen).toEqual(upTo(23));
  });
  it('drops the oldest of very many changes and shows the rest', async () => {
    const job = await runningJob();
    for (let i = 0; i < 400; i++) await job.step();
    await job.finish();
    const seen = await take(watch(job.id));
    expect(seen.length).toBeLessThan(330);
    expect(seen).toEqual(upTo(403, seen[0]));
  });
  it('tells the end of a job whose changes were dropped long ago', async () => {
    const job = await runningJob();
    await job.finish();
    await copy.source.query('DELETE FROM jobs.job_event');
    expect(await take(watch(job.id))).toEqual([3]);
  });
  it('stops quietly when its listener leaves', async () => {
    const job = await runningJob();
    const leave = new AbortController();
    const seen = take(watch(job.id, 2, leave.signal));
    leave.abort();
    expect(await seen).toEqual([]);
  });
  it('goes on without NATS, by asking the record', async () => {
    const job = await runningJob();
    await copy.nats.close();
    const alone = new JobFeed({ source: copy.source }, { connection: copy.nats }, 20);
    const seen = take(alone.watch(job.id, ownerId, 0, never()));
    await job.step();
    await job.finish();
    expect(await seen).toEqual(upTo(4));
  });
});
