import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Imports and profiles became resources that are read from their jobs. Jobs of before say in their subject what the resources tell, and in the result
 * of an import what the file has become; profiles call their kind a type.
 */
export class WorkResources implements MigrationInterface {
  readonly name = 'WorkResources1796083200000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      UPDATE jobs.job SET subject = subject || jsonb_build_object('resourceKind', input->'kind'),
        result = CASE WHEN result ? 'jobId' THEN jsonb_build_object('jobId', result->'jobId', 'resource', jsonb_build_object(
          'kind', input->'kind', 'id', coalesce(result->'trackId', result->'videoId'),
          'links', jsonb_build_object('self', '/v1/' || (input->>'kind') || 's/' || coalesce(result->>'trackId', result->>'videoId')))) ELSE result END
      WHERE kind = 'gateway.file.import'`);
    await runner.query(`
      UPDATE jobs.job SET subject = subject || jsonb_build_object('type', input->'kind', 'seconds', input->>'seconds'),
        input = input - 'kind' || jsonb_build_object('type', input->'kind')
      WHERE kind = 'gateway.service.profile'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      UPDATE jobs.job SET subject = subject - 'resourceKind', result = CASE WHEN result ? 'resource' THEN jsonb_build_object(
        'jobId', result->'jobId', (result->'resource'->>'kind') || 'Id', result->'resource'->'id') ELSE result END
      WHERE kind = 'gateway.file.import'`);
    await runner.query(`
      UPDATE jobs.job SET subject = subject - 'type' - 'seconds', input = input - 'type' || jsonb_build_object('kind', input->'type')
      WHERE kind = 'gateway.service.profile'`);
  }
}
