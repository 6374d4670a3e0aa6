import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Kinds that had a name without a noun, or with another one, before all of them were `<service>.<noun>.<verb>`. */
const renamed = {
  'audio.analyze': 'audio.recording.analyze',
  'video.inspect': 'video.file.inspect',
  'gateway.import': 'gateway.file.import',
  'gateway.profile': 'gateway.service.profile',
  'gateway.check-blobs': 'gateway.blob.check',
  'posts.documents.load': 'posts.document.load',
} as const;

const rename = async (runner: QueryRunner, names: readonly (readonly [from: string, to: string])[]): Promise<void> => {
  for (const [from, to] of names)
    for (const table of ['jobs.job', 'jobs.outbox']) await runner.query(`UPDATE ${table} SET kind = $2 WHERE kind = $1`, [from, to]);
};

/** Jobs that wait or are kept go on under the new names of their kinds. */
export class JobKindNames implements MigrationInterface {
  readonly name = 'JobKindNames1795996800000';

  up(runner: QueryRunner): Promise<void> {
    return rename(runner, Object.entries(renamed));
  }

  down(runner: QueryRunner): Promise<void> {
    return rename(
      runner,
      Object.entries(renamed).map(([from, to]) => [to, from] as const),
    );
  }
}
