import type { QueryRunner } from 'typeorm';
import type { AnnouncedNoun } from '#contracts';

export interface AnnouncedTable {
  readonly noun: AnnouncedNoun;
  /** `schema.name`, with the columns of `ownedColumns`. */
  readonly table: string;
  /** The table has `ready boolean` and `job_id uuid`; otherwise a row is ready from its insertion on. */
  readonly madeByJob: boolean;
}

/**
 * For a migration: from here on the rows of a table are announced to their owner when they become ready, when their job fails and when they are
 * deleted. Needs {@link jobsMigrations}.
 */
export async function announceRows(runner: QueryRunner, { noun, table, madeByJob }: AnnouncedTable): Promise<void> {
  const announce = `FOR EACH ROW %WHEN% EXECUTE FUNCTION jobs.announce_row('${noun}')`;
  const when = (condition: string) => announce.replace('%WHEN%', condition && `WHEN (${condition})`);
  await runner.query('INSERT INTO jobs.announced_noun (noun, relation, made_by_job) VALUES ($1, $2, $3)', [noun, table, madeByJob]);
  await runner.query(`CREATE TRIGGER announce_insert AFTER INSERT ON ${table} ${when(madeByJob ? 'NEW.ready' : '')}`);
  await runner.query(`CREATE TRIGGER announce_delete AFTER DELETE ON ${table} ${when('')}`);
  if (!madeByJob) return;
  await runner.query(`CREATE TRIGGER announce_ready AFTER UPDATE OF ready ON ${table} ${when('NEW.ready AND NOT OLD.ready')}`);
  await runner.query(`CREATE INDEX ${table.slice(table.indexOf('.') + 1)}_unready_job ON ${table} (job_id) WHERE NOT ready`);
}

/** Undoes {@link announceRows}. */
export async function stopAnnouncingRows(runner: QueryRunner, { noun, table, madeByJob }: AnnouncedTable): Promise<void> {
  await runner.query('DELETE FROM jobs.announced_noun WHERE noun = $1', [noun]);
  const names = ['announce_insert', 'announce_delete', ...(madeByJob ? ['announce_ready'] : [])];
  for (const name of names) await runner.query(`DROP TRIGGER ${name} ON ${table}`);
  if (madeByJob) await runner.query(`DROP INDEX ${table}_unready_job`);
}
