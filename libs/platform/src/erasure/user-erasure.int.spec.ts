import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { Failure, type ServiceName } from '#contracts';
import { type TestDatabase, testDatabase } from '#testing';
import { requireSubject } from '../calls/request-context.ts';
import { Database } from '../database/database.ts';
import { jobsMigrations } from '../jobs/jobs.migrations.ts';
import { Log } from '../logs/log.ts';
import { usageMigrations } from '../usage/usage.migrations.ts';
import { Erasers } from './erasers.ts';
import { erasureMigrations } from './erasure.migrations.ts';
import { erasureStateOf, requestErasure } from './erasure.store.ts';
import { cancelJobsOf, erasingJobsHaveEnded } from './open-jobs.ts';
import { UserErasure } from './user-erasure.ts';

class CreateClips1795300000000 implements MigrationInterface {
  readonly name = 'CreateClips1795300000000';
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE TABLE video.clip (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), owner_id uuid NOT NULL)');
    await runner.query('CREATE TABLE video.note (owner_id text NOT NULL, clip_id uuid NOT NULL REFERENCES video.clip)');
    await runner.query('CREATE TABLE video.draft (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), owner_id uuid NOT NULL)');
  }
  async down(): Promise<void> {}
}

let testing: TestDatabase;
let database: Database;
const log = Log.open({ service: 'video', instance: 'test', level: 'silent' });
const own = { schema: 'video', steps: [CreateClips1795300000000] };
beforeAll(async () => {
  testing = await testDatabase('erasure');
  const migrations = [jobsMigrations, usageMigrations, erasureMigrations, own];
  const options = { url: testing.url, schema: 'video', applicationName: 'erasure', poolSize: 8, entities: [], migrations };
  database = new Database(() => options, log);
  database.onModuleInit();
  await database.whenOpen();
});
afterAll(async () => {
  await database?.close();
  await testing?.drop();
});

const never = new AbortController().signal;
const query = (sql: string, values: unknown[] = []) => database.source.query(sql, values);
let owner: string;
let other: string;
beforeEach(async () => {
  await query('DELETE FROM erasure.request');
  [owner, other] = [randomUUID(), randomUUID()];
  for (const each of [owner, other]) {
    await query('INSERT INTO video.clip (owner_id) SELECT $1::uuid FROM generate_series(1, 3)', [each]);
    await query('INSERT INTO video.note (owner_id, clip_id) SELECT owner_id, id FROM video.clip WHERE owner_id = $1', [each]);
    await query('INSERT INTO video.draft (owner_id) SELECT $1::uuid FROM generate_series(1, 2500)', [each]);
  }
});

const request = (settleSeconds = 0) => database.transaction((tx) => requestErasure(tx, owner, settleSeconds));
const erasureOf = (service: ServiceName, erasers = new Erasers(), more: { isReady?: (ownerId: string) => Promise<boolean> } = {}) =>
  new UserErasure({ service, database, schemas: () => (service === 'video' ? ['video'] : []), erasers, log, ...more });
const countsOf = async (ownerId: string): Promise<number[]> =>
  Promise.all(
    ['clip', 'note', 'draft'].map(
      async (table) => (await query(`SELECT count(*)::int AS count FROM video.${table} WHERE owner_id::text = $1`, [ownerId]))[0].count,
    ),
  );
const waitingFor = async () => (await erasureStateOf(database.source, owner))?.waitingFor;

describe('the erasure of an account', () => {
  it('deletes its rows from every table with an owner, in an order that foreign keys allow, and nobody else’s', async () => {
    await request();
    expect(await erasureOf('video').step(never)).toBe(true);
    expect([await countsOf(owner), await countsOf(other)]).toEqual([
      [0, 0, 0],
      [3, 3, 2_500],
    ]);
    expect(await waitingFor()).toEqual(['gateway', 'audio', 'posts', 'cache']);
  });

  it('deletes resources by the service of their noun, in the name of their owner', async () => {
    const erased: string[] = [];
    const erasers = new Erasers();
    const erase = async (id: string) => {
      erased.push(requireSubject());
      await query('DELETE FROM video.note WHERE clip_id = $1', [id]);
      await query('DELETE FROM video.clip WHERE id = $1', [id]);
    };
    erasers.rows.push({ table: 'video.clip', erase });
    await request();
    await erasureOf('video', erasers).step(never);
    expect([erased, await countsOf(owner)]).toEqual([Array(3).fill(owner), [0, 0, 0]]);
  });

  it('that stops in the middle is not confirmed, and the next attempt does the rest', async () => {
    const erasers = new Erasers();
    let failures = 1;
    erasers.removers.push(async () => {
      if (failures-- > 0) throw new Failure('service-unavailable', 'the disk is away');
    });
    await request();
    const erasure = erasureOf('video', erasers);
    await erasure.step(never);
    expect(await waitingFor()).toContain('video');
    expect(await erasure.step(never)).toBe(false); // it rests some seconds before
    await query('UPDATE erasure.confirmation SET lease_until = now()');
    await erasure.step(never);
    expect(await waitingFor()).not.toContain('video');
  });

  it('is left to another copy when the one that works on it is silent, and not before', async () => {
    await request();
    const stopped = new AbortController();
    stopped.abort();
    await query(`INSERT INTO erasure.confirmation (owner_id, service, lease_until) VALUES ($1, 'video', now() + interval '1 minute')`, [
      owner,
    ]);
    expect(await erasureOf('video').step(never)).toBe(false);
    await query('UPDATE erasure.confirmation SET lease_until = now()');
    expect(await erasureOf('video').step(stopped.signal)).toBe(false); // a copy that stops takes nothing on
    expect(await erasureOf('video').step(never)).toBe(true);
    expect(await countsOf(owner)).toEqual([0, 0, 0]);
  });

  it('does not begin before what the account had begun has ended', async () => {
    await request(60);
    expect([await erasureOf('video').step(never), (await countsOf(owner))[0]]).toEqual([false, 3]);
  });

  it('is complete when every service has confirmed, the gateway last', async () => {
    await request();
    expect(await erasureOf('gateway').step(never)).toBe(false);
    await Promise.all((['audio', 'video', 'posts', 'cache'] as const).map((service) => erasureOf(service).step(never)));
    expect([await waitingFor(), (await erasureStateOf(database.source, owner))?.doneAt]).toEqual([['gateway'], null]);
    await erasureOf('gateway').step(never);
    expect(await erasureStateOf(database.source, owner)).toMatchObject({ waitingFor: [], doneAt: expect.any(Date) });
  });

  it('cancels what waits or runs; jobs that erase must succeed, and run again when they fail', async () => {
    const insert = `INSERT INTO jobs.job (id, owner_id, kind, max_attempts, subject, input, context) VALUES ($1, $2, 'posts.collection.erase', 1, '{}', '{}', '{}')`;
    const [earlier, erasing] = [randomUUID(), randomUUID()];
    const stateOf = async (id: string) => (await query('SELECT state FROM jobs.job WHERE id = $1', [id]))[0].state;
    await query(insert, [earlier, owner]);
    await database.transaction(async (tx) => {
      await cancelJobsOf(tx, owner);
      await requestErasure(tx, owner, 0);
    });
    await query(insert, [erasing, owner]);
    await query(`UPDATE jobs.job SET state = 'failed', ended_at = now() WHERE id = $1`, [erasing]);
    expect(await erasingJobsHaveEnded(database.source, owner)).toBe(false);
    expect([await stateOf(earlier), await stateOf(erasing)]).toEqual(['cancelled', 'queued']);
    await query(`UPDATE jobs.job SET state = 'succeeded', ended_at = now() WHERE id = $1`, [erasing]);
    expect(await erasingJobsHaveEnded(database.source, owner)).toBe(true);
  });

  it.each(['failed', 'cancelled'])('runs a job again that only removes something, and had %s long before', async (state) => {
    const id = randomUUID();
    await query(
      `INSERT INTO jobs.job (id, owner_id, kind, max_attempts, subject, input, context, runs_while_suspended, created_at, state, ended_at)
       VALUES ($1, $2, 'posts.collection.erase', 1, '{}', '{}', '{}', true, now() - interval '1 year', $3, now() - interval '1 year')`,
      [id, owner, state],
    );
    await request();
    expect(await erasingJobsHaveEnded(database.source, owner)).toBe(false);
    expect((await query('SELECT state FROM jobs.job WHERE id = $1', [id]))[0].state).toBe('queued');
  });
});
