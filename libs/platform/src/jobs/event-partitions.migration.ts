/** Changes of jobs are kept by month, so that old ones go by dropping a table. */
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { type Conversion, joinPartitions, type MonthlyTable, partitionByMonth } from '#storage';

export const jobEvents: MonthlyTable = { schema: 'jobs', table: 'job_event', key: 'at' };

const columns = ['job_id', 'sequence', 'at', 'body'];
const partitioned: Conversion = {
  ...jobEvents,
  columns,
  definition: `
    job_id uuid NOT NULL,
    sequence int NOT NULL,
    at timestamptz NOT NULL DEFAULT now(),
    body jsonb NOT NULL                     -- the job as clients saw it then`,
  primaryKey: ['job_id', 'sequence', 'at'],
  adapt: (old) => [`ALTER TABLE ${old} DROP CONSTRAINT job_event_job_id_fkey`],
  after: [
    // Instead of a foreign key, which would lock the jobs while a partition is dropped. The months before a job are not looked at.
    `CREATE FUNCTION jobs.forget_events() RETURNS trigger LANGUAGE plpgsql AS $$
     BEGIN
       DELETE FROM jobs.job_event WHERE job_id = OLD.id AND at >= OLD.created_at;
       RETURN NULL;
     END $$`,
    'CREATE TRIGGER forget_events AFTER DELETE ON jobs.job FOR EACH ROW EXECUTE FUNCTION jobs.forget_events()',
  ],
};
const plain: Conversion = {
  ...partitioned,
  definition: `
    job_id uuid NOT NULL REFERENCES jobs.job ON DELETE CASCADE,
    sequence int NOT NULL,
    at timestamptz NOT NULL DEFAULT now(),
    body jsonb NOT NULL`,
  primaryKey: ['job_id', 'sequence'],
  after: ['CREATE INDEX job_event_at ON jobs.job_event (at)'],
};

export class EventPartitions implements MigrationInterface {
  readonly name = 'EventPartitions1797100100000';
  readonly transaction = false;

  up(runner: QueryRunner): Promise<void> {
    return partitionByMonth(runner, partitioned);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TRIGGER forget_events ON jobs.job; DROP FUNCTION jobs.forget_events');
    await joinPartitions(runner, plain);
  }
}
