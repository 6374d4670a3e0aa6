import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What owners were told, for replay on the event stream. One dispatcher at a time writes it: sequences are in the order of commits. */
export class CreateOwnerEvents1795910500000 implements MigrationInterface {
  readonly name = 'CreateOwnerEvents1795910500000';

  async up(run: QueryRunner): Promise<void> {
    await run.query(`
      CREATE TABLE gateway.owner_event (
        sequence bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        owner_id uuid NOT NULL,
        message_id text NOT NULL UNIQUE,
        type text NOT NULL,
        body text NOT NULL,                     -- as it is sent
        at timestamptz NOT NULL
      )`);
    await run.query('CREATE INDEX owner_event_owner ON gateway.owner_event (owner_id, sequence)');
  }

  async down(run: QueryRunner): Promise<void> {
    await run.query('DROP TABLE gateway.owner_event');
  }
}

/** NOTIFY with the ids of owners who have new events, separated by blanks. */
export const ownerEventsChannel = 'owner_events';
