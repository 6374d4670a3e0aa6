/** Lists of jobs, and of the resources that are read from them, over 100,000 jobs of one owner. */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { DataSource } from 'typeorm';
import { importFile, type JobState } from '#contracts';
import { openPostgres } from '#storage';
import { fillTables, queryPlans, type TestDatabase, testDatabase } from '#testing';
import { JobStore } from './job.store.ts';
import { jobsMigrations } from './jobs.migrations.ts';

const ownerId = '00000000-0000-4000-8000-000000000007';
let database: TestDatabase;
let source: DataSource;
let jobs: JobStore;

beforeAll(async () => {
  database = await testDatabase('lists');
  const options = { url: database.url, schema: 'jobs', applicationName: 'lists', poolSize: 2, entities: [] };
  source = await openPostgres({ ...options, migrations: [jobsMigrations] });
  jobs = new JobStore({ source }, () => undefined);
  await source.query('ALTER TABLE jobs.job DISABLE TRIGGER USER');
  await fillTables(
    source,
    `INSERT INTO jobs.job (id, owner_id, kind, max_attempts, subject, input, context, state, created_at, run_at, rank, ended_at)
     SELECT gen_random_uuid(), $1, CASE WHEN n % 10000 = 0 THEN $2 ELSE 'audio.recording.analyze' END, 1, '{}', '{}', '{}',
       CASE WHEN n % 20000 = 0 THEN 'failed' ELSE 'succeeded' END, now() - n * interval '1 minute', now(), now(), now()
     FROM generate_series(1, 100000) AS n`,
    [ownerId, importFile.name],
  );
  await source.query('ALTER TABLE jobs.job ENABLE TRIGGER USER');
  await source.query('VACUUM ANALYZE jobs.job');
}, 60_000);
afterAll(async () => {
  await source?.destroy();
  await database?.drop();
});

const lists: [string, { kind?: string; states?: JobState[]; page?: number }][] = [
  ['all', {}],
  ['those of one kind', { kind: importFile.name }],
  ['those of one kind that failed', { kind: importFile.name, states: ['failed'] }],
  ['the next page', { kind: importFile.name, page: 2 }],
];
it.each(lists)('%s are read from an index, in the order of the list', async (_what, { page = 1, kind, states }) => {
  const limit = 5;
  const first = await jobs.list(ownerId, { kind, states, limit });
  const cursor = page === 1 ? undefined : first.nextCursor!;
  const plans = await queryPlans(source, () => jobs.list(ownerId, { kind, states, cursor, limit }));
  expect(first.items).toHaveLength(limit);
  expect(plans).toMatch(kind ? /Index Scan using job_kind .*\n *Index Cond: .*owner_id.*kind/ : /Index Scan using job_owner/);
  expect(plans).not.toMatch(/Seq Scan|Sort/);
});
