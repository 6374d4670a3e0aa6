import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { freeze, type ManagedServer, startNats, type TestDatabase, testDatabase } from '#testing';
import { type Copy, enqueueGreeting, openCopy } from './fixtures/job-fixture.ts';

let nats: ManagedServer;
let database: TestDatabase;
let copy: Copy;

beforeAll(async () => {
  nats = await startNats();
});
beforeEach(async () => {
  database = await testDatabase('relay');
  copy = await openCopy(database.url, nats.url);
});
afterEach(async () => {
  jest.restoreAllMocks();
  await copy.close(0);
  await database.drop();
});
afterAll(() => nats.stop());

describe('the relay of the outbox', () => {
  it('can leave also when its connection is closed while NATS owes it an answer', async () => {
    const owed = Promise.withResolvers<void>();
    const flush = copy.nats.flush.bind(copy.nats);
    jest.spyOn(copy.nats, 'flush').mockImplementation(() => {
      const answer = flush();
      owed.resolve();
      return answer;
    });
    await enqueueGreeting(copy, 'Ana');
    copy.engine.start();
    const thaw = freeze(nats);
    try {
      await owed.promise;
      await copy.nats.close();
    } finally {
      thaw();
    }
    await expect(copy.engine.stop(0)).resolves.toBeUndefined();
  });
});
