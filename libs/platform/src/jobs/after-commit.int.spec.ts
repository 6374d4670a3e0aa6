import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { DataSource } from 'typeorm';
import { inTransaction, openPostgres } from '#storage';
import { type TestDatabase, testDatabase } from '#testing';
import { afterCommit } from './after-commit.ts';

let database: TestDatabase;
let source: DataSource;
let calls: number;
const count = () => void calls++;

beforeAll(async () => {
  database = await testDatabase('commit');
  source = await openPostgres({ url: database.url, schema: 'public', applicationName: 'test', poolSize: 2, entities: [], migrations: [] });
});
beforeEach(() => {
  calls = 0;
});
afterAll(async () => {
  await source.destroy();
  await database.drop();
});

describe('afterCommit', () => {
  it('calls once after the commit, and not before', async () => {
    await inTransaction(source, async (tx) => {
      for (let i = 0; i < 3; i++) afterCommit(tx, count);
      await tx.query('SELECT 1');
      expect(calls).toBe(0);
    });
    expect(calls).toBe(1);
  });
  it('waits for the outer transaction', async () => {
    await inTransaction(source, async (tx) => {
      await tx.transaction(async (inner) => afterCommit(inner, count));
      expect(calls).toBe(0);
    });
    expect(calls).toBe(1);
  });
  it('does not call after a rollback', async () => {
    const failing = inTransaction(source, async (tx) => {
      afterCommit(tx, count);
      throw new Error('rolled back');
    });
    await expect(failing).rejects.toThrow('rolled back');
    await inTransaction(source, (tx) => tx.query('SELECT 1'));
    expect(calls).toBe(0);
  });
  it('calls at once outside a transaction', () => {
    afterCommit(source.manager, count);
    expect(calls).toBe(1);
  });
});
