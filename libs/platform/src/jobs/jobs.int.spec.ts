import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Failure, job as jobContract } from '#contracts';
import { queryRows } from '#storage';
import { type OwnServer, startNats, type TestDatabase, testDatabase } from '#testing';
import { type Copy, ended, enqueueGreeting, greet, openCopy, ownerId, reached } from './fixtures/job-world.ts';
import type { JobHandler } from './job-run.ts';

let nats: OwnServer;
let database: TestDatabase;
const copies: Copy[] = [];

beforeAll(async () => {
  nats = await startNats();
});
beforeEach(async () => {
  database = await testDatabase('jobs');
});
afterEach(async () => {
  await Promise.all(copies.splice(0).map((copy) => copy.close()));
  await database.drop();
});
afterAll(() => nats.stop());

const polite: JobHandler<typeof greet> = async ({ name }, run) => run.complete({ greeting: `Hello ${name}` });

async function copyWith(handler: JobHandler<typeof greet> | undefined, concurrency = 4): Promise<Copy> {
  const copy = await openCopy(database.url, nats.url);
  if (handler) copy.engine.handle(greet, handler, { concurrency });
  copy.engine.start();
  copies.push(copy);
  return copy;
}

describe('a job', () => {
  it('runs and leaves its result', async () => {
    const copy = await copyWith(polite);
    const accepted = await enqueueGreeting(copy, 'Ana');
    expect(accepted).toMatchObject({ kind: 'test.greet', state: 'queued', attempts: 0, maxAttempts: 3 });
    const done = await ended(copy, accepted.id);
    expect(done).toMatchObject({ state: 'succeeded', percent: 100, attempts: 1, result: { greeting: 'Hello Ana' }, reason: null });
    expect(jobContract.parse(done)).toEqual(done);
    expect(await copy.engine.store.get(accepted.id, ownerId)).toEqual(done);
  });
});
