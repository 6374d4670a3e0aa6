/** Files of exports are held as they are written, and count as storage of their owner; so do files of loads. */
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Bytes that are held at this moment, by owner. */
const heldBytes = `
  SELECT owner_id, sum(bytes) AS bytes FROM (
    SELECT e.owner_id, h.size_bytes AS bytes FROM documents.export e JOIN documents.held_file h ON h.holder = 'posts.export:' || e.id
    UNION ALL SELECT owner_id, size_bytes FROM documents.load WHERE sha256 IS NOT NULL) AS held
  GROUP BY owner_id HAVING sum(bytes) > 0`;

const record = (sign: '' | '-') => `
  INSERT INTO usage.daily AS d (owner_id, meter, day, amount)
  SELECT owner_id, 'storageBytes', (now() AT TIME ZONE 'UTC')::date, ${sign}bytes FROM (${heldBytes}) AS counted
  ON CONFLICT (owner_id, meter, day) DO UPDATE SET amount = d.amount + excluded.amount`;

/** The schema `usage` is there already: the platform migrates it first. */
export class HoldFiles1797273100000 implements MigrationInterface {
  readonly name = 'HoldFiles1797273100000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE documents.held_file (
        holder     text COLLATE "C" NOT NULL,
        sha256     text COLLATE "C" NOT NULL,
        size_bytes bigint NOT NULL,
        PRIMARY KEY (holder, sha256)
      )`);
    await runner.query(`
      INSERT INTO documents.held_file (holder, sha256, size_bytes)
      SELECT 'posts.export:' || e.id, file ->> 'sha256', max((file ->> 'sizeBytes')::bigint)
      FROM documents.export e, jsonb_array_elements(e.files || jsonb_build_array(e.manifest)) AS file
      WHERE e.ready AND file ->> 'sha256' IS NOT NULL GROUP BY 1, 2`);
    await runner.query(`
      INSERT INTO documents.held_file (holder, sha256, size_bytes)
      SELECT 'posts.account-export:' || id, sha256, 0 FROM documents.account_export WHERE sha256 IS NOT NULL`);
    await runner.query(record(''));
    await runner.query('CREATE INDEX export_expiry ON documents.export (updated_at)');
    await runner.query('CREATE INDEX export_unfinished ON documents.export (id) WHERE NOT ready');
    await runner.query('CREATE INDEX load_held ON documents.load (id) WHERE sha256 IS NOT NULL');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(record('-'));
    await runner.query('DROP INDEX documents.export_expiry, documents.export_unfinished, documents.load_held');
    await runner.query('DROP TABLE documents.held_file');
  }
}
