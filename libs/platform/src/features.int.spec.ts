import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Injectable, Module } from '@nestjs/common';
import { Column, Entity, type MigrationInterface, PrimaryColumn, type QueryRunner } from 'typeorm';
import * as z from 'zod';
import { jobKind } from '#contracts';
import { startNats, type TestDatabase, testDatabase } from '#testing';
import { type PlatformConfig, platformConfig } from './config/platform-config.ts';
import { Database } from './database/database.ts';
import { jobHandler } from './features.ts';
import { JobStore } from './jobs/job.store.ts';
import { JobFeed } from './jobs/job-feed.ts';
import type { JobHandler } from './jobs/job-run.ts';
import { PlatformModule } from './platform.module.ts';
import { type RunningService, startService } from './start/start-service.ts';

@Entity({ schema: 'video', name: 'clip' })
class ClipRow {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('text')
  title!: string;
}

class CreateClips1795300000000 implements MigrationInterface {
  readonly name = 'CreateClips1795300000000';
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE TABLE video.clip (id uuid PRIMARY KEY)');
  }
  async down(): Promise<void> {}
}

/** Changes what the other feature's step made, so the order of the steps shows. */
class AddTitles1795300100000 implements MigrationInterface {
  readonly name = 'AddTitles1795300100000';
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE video.clip ADD COLUMN title text NOT NULL');
  }
  async down(): Promise<void> {}
}

const nameClip = jobKind({
  name: 'video.clip.name',
  input: z.strictObject({ id: z.uuid(), title: z.string() }),
  output: z.strictObject({ title: z.string() }),
  phases: ['naming'],
  maxAttempts: 1,
  timeoutMs: 20_000,
  resources: { cores: 0, memoryBytes: 0 },
});

@Injectable()
class NameClip {
  readonly run: JobHandler<typeof nameClip> = async ({ id, title }, run) =>
    run.complete({ title }, (tx) => tx.insert(ClipRow, { id, title }));
}

@Module({
  imports: [PlatformModule.forFeature({ migrations: { schema: 'video', steps: [AddTitles1795300100000] } })],
  providers: [NameClip, jobHandler(nameClip, NameClip)],
})
class TitlesModule {}

@Module({
  imports: [
    TitlesModule,
    PlatformModule.forFeature({ entities: [ClipRow], migrations: { schema: 'video', steps: [CreateClips1795300000000] } }),
  ],
})
class ClipsModule {}

@Module({})
class ServiceModule {
  static forConfig = (config: PlatformConfig) => ({
    module: ServiceModule,
    imports: [PlatformModule.forApp({ name: 'video', config, postgres: { schema: 'video' }, jobs: true }), ClipsModule],
  });
}

describe('a feature', () => {
  const ownerId = randomUUID();
  const context = { requestId: 'a-request', traceparent: `00-${'ab'.repeat(16)}-${'cd'.repeat(8)}-01` };
  let database: TestDatabase;
  let nats: Awaited<ReturnType<typeof startNats>>;
  let service: RunningService;

  beforeAll(async () => {
    [database, nats] = await Promise.all([testDatabase('features'), startNats()]);
    const config = platformConfig.parse({
      DATABASE_URL: database.url,
      REDIS_URL: 'redis://127.0.0.1:1',
      NATS_URL: nats.url,
      BLOB_STORE_URL: `file://${tmpdir()}/nowhere`,
      LOG_LEVEL: 'silent',
    });
    service = await startService({ name: 'video', config: () => config, module: ServiceModule.forConfig }, config);
    await service.app.get(Database).whenOpen();
  });

  afterAll(async () => {
    await service?.stop();
    await nats?.stop();
    await database?.drop();
  });

  it('brings its tables: the steps of several features for one schema run in the order of their times', async () => {
    const id = randomUUID();
    const clips = service.app.get(Database).repository(ClipRow);
    await clips.insert({ id, title: 'a gust' });
    expect(await clips.findOneBy({ id })).toEqual({ id, title: 'a gust' });
  });

  it('works on the kinds of jobs that it provides a handler for', async () => {
    const id = randomUUID();
    const { jobs, feed, tables } = {
      jobs: service.app.get(JobStore),
      feed: service.app.get(JobFeed),
      tables: service.app.get(Database),
    };
    const { id: jobId } = await tables.transaction((tx) => jobs.enqueue(tx, nameClip, { ownerId, input: { id, title: 'named' }, context }));
    const states: string[] = [];
    for await (const { job } of feed.watch(jobId, ownerId, 0, AbortSignal.timeout(45_000))) states.push(job.state);
    expect(states.at(-1)).toBe('succeeded');
    expect(await tables.repository(ClipRow).findOneBy({ id })).toMatchObject({ title: 'named' });
  });
});
