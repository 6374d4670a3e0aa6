/** Each step of taking a job, caught in a race with the stop of its engine. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { type ManagedServer, startNats, type TestDatabase, testDatabase } from '#testing';
import { ClaimStore } from './claim.store.ts';
import { type Copy, enqueueGreeting, greet, openCopy, ownerId } from './fixtures/job-fixture.ts';
import type { JobEngineOptions } from './job-engine.ts';
import type { JobHandler } from './job-run.ts';
import { OutboxRelay } from './outbox-relay.ts';

let nats: ManagedServer;
let database: TestDatabase;
let copy: Copy;
let calls: number;

beforeAll(async () => {
  nats = await startNats();
});
beforeEach(async () => {
  database = await testDatabase('shutdown');
  calls = 0;
});
afterEach(async () => {
  jest.restoreAllMocks();
  await copy.close(0);
  await database.drop();
});
afterAll(() => nats.stop());

const handler: JobHandler<typeof greet> = async ({ name }, run) => {
  calls++;
  return run.complete({ greeting: name });
};
/** Longer than any test: what has not been told to stop would keep the engine waiting. */
const longGraceMs = 600_000;

async function started(options: Partial<JobEngineOptions> = {}): Promise<string> {
  copy = await openCopy(database.url, nats.url, options);
  copy.engine.handle(greet, handler, { concurrency: 1 });
  copy.engine.start();
  return (await enqueueGreeting(copy, 'Ana')).id;
}
const stateOf = (id: string) => copy.engine.store.get(id, ownerId);
const untouched = { state: 'queued', attempts: 0, reason: null };

/** Lets the call through and keeps its answer until the gate opens. */
function gateAfter<T extends object, M extends keyof T & string>(prototype: T, method: M) {
  const [answered, gate] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const original = prototype[method] as (...args: unknown[]) => Promise<unknown>;
  const gated = async function (this: T, ...args: unknown[]) {
    const answer = await original.apply(this, args);
    answered.resolve();
    await gate.promise;
    return answer;
  };
  jest.spyOn(prototype as Record<string, (...args: unknown[]) => unknown>, method).mockImplementation(gated);
  return { answered: answered.promise, open: gate.resolve };
}

describe('an engine that stops', () => {
  it('hands back a job whose claim returns afterwards, without calling its handler or counting an attempt', async () => {
    const claim = gateAfter(ClaimStore.prototype, 'claimMany');
    const id = await started();
    await claim.answered;
    const stopped = copy.engine.stop(longGraceMs);
    claim.open();
    await stopped;
    expect(await stateOf(id)).toMatchObject(untouched);
    expect(calls).toBe(0);
  });
  it('claims nothing with resources that are granted afterwards', async () => {
    const [asked, gate] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const grantLater = async <T>(_: object, work: () => Promise<T>): Promise<T> => {
      asked.resolve();
      await gate.promise;
      return work();
    };
    const claim = jest.spyOn(ClaimStore.prototype, 'claimMany');
    const id = await started({ limiter: { run: grantLater } as NonNullable<JobEngineOptions['limiter']> });
    await asked.promise;
    const stopped = copy.engine.stop(longGraceMs);
    gate.resolve();
    await stopped;
    expect(claim).not.toHaveBeenCalled();
    expect(await stateOf(id)).toMatchObject(untouched);
  });
  it('publishes what its last attempts wrote after its relay has ended', async () => {
    const flush = jest.spyOn(OutboxRelay.prototype, 'flush');
    await started();
    await copy.engine.stop(longGraceMs);
    expect(flush).toHaveBeenCalledTimes(1);
    expect(await copy.source.query('SELECT 1 FROM jobs.outbox WHERE due_at <= now()')).toEqual([]);
  });
  it('starts nothing when it is started afterwards', async () => {
    const claim = jest.spyOn(ClaimStore.prototype, 'claimMany');
    copy = await openCopy(database.url, nats.url);
    copy.engine.handle(greet, handler, { concurrency: 1 });
    const { id } = await enqueueGreeting(copy, 'Ana');
    await copy.engine.stop(longGraceMs);
    copy.engine.start();
    await copy.engine.stop(longGraceMs);
    expect(claim).not.toHaveBeenCalled();
    expect(await stateOf(id)).toMatchObject(untouched);
  });
});
