import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { DataSource } from 'typeorm';
import { erasureMigrations, jobsMigrations } from '#platform';
import { openPostgres, type SchemaMigrations } from '#storage';
import { type TestDatabase, testDatabase } from '#testing';
import { identityTables } from '../identity/identity-tables.migrations.ts';
import { webhookMigrations } from './webhooks.module.ts';

const all: SchemaMigrations[] = [erasureMigrations, identityTables.migrations, jobsMigrations, webhookMigrations];
/** As of the version before tables by month. */
const before = all.map(({ schema, steps }) => ({ schema, steps: steps.filter(({ name }) => !name.includes('Partition')) }));

/** Rows as of that version; without triggers and foreign keys, so that they need no others. */
const fill = [
  `INSERT INTO jobs.job_event (job_id, sequence, at, body)
   SELECT gen_random_uuid(), i, now() - i * interval '1 day', '{}' FROM generate_series(1, 300) AS i`,
  `INSERT INTO identity.security_events (at, kind, address, request_id)
   SELECT now() - i * interval '1 day', 'login', '192.0.2.1', 'r' FROM generate_series(1, 300) AS i`,
  `INSERT INTO gateway.webhook_delivery (id, webhook_id, message_id, event, body, source, created_at)
   SELECT gen_random_uuid(), gen_random_uuid(), 'm', 'e', '{}', 's', now() - i * interval '1 day' FROM generate_series(1, 300) AS i`,
];
const tables = ['jobs.job_event', 'identity.security_events', 'gateway.webhook_delivery'];

let testing: TestDatabase;
let source: DataSource;
const open = (migrations: SchemaMigrations[]) =>
  openPostgres({ url: testing.url, schema: 'gateway', applicationName: 'spec', poolSize: 2, entities: [], migrations });
beforeAll(async () => {
  testing = await testDatabase('partition_migrations');
});
afterAll(async () => {
  await source?.destroy();
  await testing?.drop();
});

describe('job events, deliveries and security events of an older version', () => {
  it('become tables by month with all rows where they are', async () => {
    const older = await open(before);
    await older.transaction(async (tx) => {
      await tx.query('SET LOCAL session_replication_role = replica');
      for (const statement of fill) await tx.query(statement);
    });
    const fileOf = (on: DataSource, table: string) => on.query('SELECT pg_relation_filenode($1::regclass)::text AS file', [table]);
    const files = await Promise.all(tables.map(async (table) => (await fileOf(older, table))[0].file as string));
    await older.destroy();

    source = await open(all);
    for (const [at, table] of tables.entries()) {
      expect((await source.query(`SELECT count(*)::int AS rows FROM ${table}`))[0].rows).toBe(300);
      const partitions = await source.query(
        `SELECT pg_relation_filenode(inhrelid)::text AS file FROM pg_inherits WHERE inhparent = $1::regclass`,
        [table],
      );
      expect(partitions.map(({ file }: { file: string }) => file)).toContain(files[at]);
    }
    expect(await source.query('SELECT indexrelid::regclass FROM pg_index WHERE NOT indisvalid')).toEqual([]);
  });

  it('go on with the numbers of the audit log', async () => {
    const [{ id }] = await source.query(
      `INSERT INTO identity.security_events (kind, address, request_id) VALUES ('login', '192.0.2.1', 'r') RETURNING id::int`,
    );
    expect(id).toBe(301);
  });
});
