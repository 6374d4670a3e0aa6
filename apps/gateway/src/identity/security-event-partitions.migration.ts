import type { MigrationInterface, QueryRunner } from 'typeorm';
import { type Conversion, joinPartitions, type MonthlyTable, partitionByMonth } from '#storage';

export const securityEvents: MonthlyTable = { schema: 'identity', table: 'security_events', key: 'at' };

const columns = ['id', 'at', 'kind', 'user_id', 'address', 'request_id', 'changed'];
const sequence = 'identity.security_event_number';
const goOn = (of: string) => `SELECT setval(${of}, (SELECT coalesce(max(id), 0) + 1 FROM identity.security_events), false)`;
const rest = `
  at timestamptz NOT NULL DEFAULT now(),
  kind text NOT NULL,
  user_id uuid REFERENCES identity.users ON DELETE SET NULL,
  address text NOT NULL,
  request_id text NOT NULL,
  changed text[] NOT NULL DEFAULT '{}'`;
const indexes = [
  'CREATE INDEX security_events_user ON identity.security_events (user_id, at)',
  'CREATE INDEX security_events_at ON identity.security_events (at)',
];

const partitioned: Conversion = {
  ...securityEvents,
  columns,
  definition: `id bigint NOT NULL DEFAULT nextval('${sequence}'), ${rest}`,
  primaryKey: ['id', 'at'],
  adapt: (old) => [
    `CREATE SEQUENCE ${sequence}`,
    goOn(`'${sequence}'`),
    `ALTER TABLE ${old} ALTER COLUMN id DROP IDENTITY`,
    `ALTER TABLE ${old} ALTER COLUMN id SET DEFAULT nextval('${sequence}')`,
  ],
  after: [...indexes, `ALTER SEQUENCE ${sequence} OWNED BY identity.security_events.id`],
};
const plain: Conversion = {
  ...partitioned,
  definition: `id bigint GENERATED ALWAYS AS IDENTITY, ${rest}`,
  primaryKey: ['id'],
  after: indexes,
};

/** The audit log is kept by month, so that old events go by dropping a table. */
export class PartitionSecurityEvents1797100100000 implements MigrationInterface {
  readonly name = 'PartitionSecurityEvents1797100100000';
  readonly transaction = false;

  up(run: QueryRunner): Promise<void> {
    return partitionByMonth(run, partitioned);
  }

  async down(run: QueryRunner): Promise<void> {
    await joinPartitions(run, plain);
    await run.query(goOn(`pg_get_serial_sequence('identity.security_events', 'id')`));
  }
}
