import type { MigrationInterface, QueryRunner } from 'typeorm';
import { type Conversion, joinPartitions, type MonthlyTable, partitionByMonth } from '#storage';

export const webhookDeliveries: MonthlyTable = { schema: 'gateway', table: 'webhook_delivery', key: 'created_at' };

const columns = [
  ...['id', 'webhook_id', 'message_id', 'event', 'body', 'source', 'replay_of', 'state', 'attempts', 'tries'],
  ...['next_at', 'lease_until', 'created_at', 'ended_at'],
];
const definition = `
  id uuid NOT NULL,
  webhook_id uuid NOT NULL REFERENCES gateway.webhook ON DELETE CASCADE,
  message_id text NOT NULL,
  event text NOT NULL,
  body text NOT NULL,                     -- as it is signed and sent, byte for byte
  source text,                            -- what it tells about; nothing is told twice to one webhook
  replay_of uuid,
  state text NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'delivered', 'failed')),
  attempts int NOT NULL DEFAULT 0,        -- grows with every claim; a sender writes only while its own number stands here
  tries jsonb NOT NULL DEFAULT '[]',
  next_at timestamptz NOT NULL DEFAULT now(),
  lease_until timestamptz,                -- somebody is sending it; silent past it, he has died
  created_at timestamptz NOT NULL DEFAULT now(), -- of one with a source: the time of what it tells, the same each time that is told
  ended_at timestamptz,
  CHECK ((state = 'pending') = (ended_at IS NULL))`;
const indexes = (sourceKey: string) => [
  `CREATE UNIQUE INDEX webhook_delivery_source ON gateway.webhook_delivery (${sourceKey}) WHERE source IS NOT NULL`,
  'CREATE INDEX webhook_delivery_log ON gateway.webhook_delivery (webhook_id, created_at DESC, id DESC)',
  `CREATE INDEX webhook_delivery_pending ON gateway.webhook_delivery (webhook_id, next_at) WHERE state = 'pending'`,
  `CREATE INDEX webhook_delivery_sending ON gateway.webhook_delivery (webhook_id, lease_until) WHERE state = 'pending' AND lease_until IS NOT NULL`,
];
const endedIndex = `CREATE INDEX webhook_delivery_ended ON gateway.webhook_delivery (ended_at) WHERE state <> 'pending'`;

const partitioned: Conversion = {
  ...webhookDeliveries,
  columns,
  definition,
  primaryKey: ['id', 'created_at'],
  after: indexes('webhook_id, source, created_at'),
};
const plain: Conversion = { ...partitioned, primaryKey: ['id'], after: [...indexes('webhook_id, source'), endedIndex] };

/** Deliveries are kept by month, so that old ones go by dropping a table. */
export class PartitionDeliveries1797100200000 implements MigrationInterface {
  readonly name = 'PartitionDeliveries1797100200000';
  readonly transaction = false;

  up(run: QueryRunner): Promise<void> {
    return partitionByMonth(run, partitioned);
  }

  down(run: QueryRunner): Promise<void> {
    return joinPartitions(run, plain);
  }
}
