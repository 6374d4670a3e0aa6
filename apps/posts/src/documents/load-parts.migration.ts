/** Parts of large loads, which any copy of the service prepares. */
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class ShareLoads1798900100000 implements MigrationInterface {
  readonly name = 'ShareLoads1798900100000';

  /** No foreign key: who removes a load lets the files of its parts go. */
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE documents.load_part (
        load_id    uuid NOT NULL,
        start_byte bigint NOT NULL,
        end_byte   bigint NOT NULL,
        line       integer NOT NULL,
        lines      integer NOT NULL,
        columns    jsonb,
        job_id     uuid NOT NULL,
        sha256     text COLLATE "C",
        PRIMARY KEY (load_id, start_byte)
      )`);
  }

  /** Loads that are under way go on by themselves. */
  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DELETE FROM blobs.reference WHERE holder LIKE 'posts.load-part:%'`);
    await runner.query('DROP TABLE documents.load_part');
  }
}
