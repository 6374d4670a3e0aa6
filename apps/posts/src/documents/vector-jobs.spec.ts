import { expect, it } from '@jest/globals';
import { type Database, type JobStore, type Log, openCall, runInCall } from '#platform';
import { VectorJobs } from './vector-jobs.service.ts';

it('an order that fails is logged and fails no search; the next search orders again, and once', async () => {
  let orders = 0;
  const logged: string[] = [];
  const database = { transaction: (work: (tx: object) => unknown) => work({}) } as unknown as Database;
  const enqueue = async () => {
    if (++orders === 1) throw new Error('the database is gone');
  };
  const log = { warn: (_: object, message: string) => void logged.push(message) } as unknown as Log;
  const jobs = new VectorJobs(database, { enqueue } as unknown as JobStore, log);
  const order = () => runInCall(openCall({ deadlineMs: 1_000 }), () => jobs.buildIndex({ id: 'c', ownerId: 'o' }, 'a@1'));
  for (let search = 1; search <= 3; search++) await order();
  expect([orders, logged]).toEqual([2, ['failed to order a job that searches need']]);
});
