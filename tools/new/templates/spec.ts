import type { Names } from '../names.ts';

/** clip.int.spec.ts: the feature as its service runs it, on a real PostgreSQL and NATS. */
export const spec = ({
  service,
  noun,
  nouns,
  camel,
  camels,
  Pascal,
  Pascals,
  words,
}: Names): string => `import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Module } from '@nestjs/common';
import { Database, JobFeed, openCall, type PlatformConfig, PlatformModule, platformConfig, type RunningService, runInCall, startService } from '#platform';
import { startNats, type TestDatabase, testDatabase } from '#testing';
import { ${Pascal}Service } from './${noun}.service.ts';
import { ${Pascals}Module } from './${nouns}.module.ts';

@Module({})
class ServiceModule {
  static forConfig = (config: PlatformConfig) => ({
    module: ServiceModule,
    imports: [PlatformModule.forApp({ name: '${service}', config, postgres: { schema: '${service}' }, jobs: true }), ${Pascals}Module],
  });
}

describe('a ${words}', () => {
  const [ownerId, somebodyElse] = [randomUUID(), randomUUID()];
  let database: TestDatabase;
  let nats: Awaited<ReturnType<typeof startNats>>;
  let service: RunningService;
  let ${camels}: ${Pascal}Service;

  const as = <T>(subject: string, work: () => Promise<T>) => runInCall({ ...openCall({ deadlineMs: 30_000 }), subject }, work);
  const untilJobEnds = async (jobId: string) => {
    for await (const { job } of service.app.get(JobFeed).watch(jobId, ownerId, 0, AbortSignal.timeout(45_000))) if (job.endedAt) return;
  };

  beforeAll(async () => {
    [database, nats] = await Promise.all([testDatabase('${camels.toLowerCase()}'), startNats()]);
    const config = platformConfig.parse({
      DATABASE_URL: database.url,
      REDIS_URL: 'redis://127.0.0.1:1',
      NATS_URL: nats.url,
      BLOB_STORE_URL: 'file:///nowhere',
      LOG_LEVEL: 'silent',
    });
    service = await startService({ name: '${service}', config: () => config, module: ServiceModule.forConfig }, config);
    await service.app.get(Database).whenOpen();
    ${camels} = service.app.get(${Pascal}Service, { strict: false });
  });

  afterAll(async () => {
    await service?.stop();
    await nats?.stop();
    await database?.drop();
  });

  it('is processing at first and ready when its job has ended', async () => {
    const created = await as(ownerId, () => ${camels}.create({ title: 'first' }));
    expect(created).toMatchObject({ kind: '${noun}', title: 'first', job: { id: expect.any(String) }, problem: null });
    await untilJobEnds(created.job!.id);
    const ready = await as(ownerId, () => ${camels}.get(created.id));
    expect(ready).toMatchObject({ id: created.id, state: 'ready', job: { state: 'succeeded', percent: 100 } });
  });

  it('is listed new to old, in pages', async () => {
    const created = await as(ownerId, () => ${camels}.create({ title: 'second' }));
    const first = await as(ownerId, () => ${camels}.list({ sort: '-createdAt', limit: 1 }));
    expect(first.items.map(({ id }) => id)).toEqual([created.id]);
    const rest = await as(ownerId, () => ${camels}.list({ sort: '-createdAt', limit: 1, cursor: first.nextCursor! }));
    expect(rest.items.map(({ title }) => title)).toEqual(['first']);
    expect(rest.nextCursor).toBeNull();
  });

  it('is there for its owner only', async () => {
    const { id } = await as(ownerId, () => ${camels}.create({ title: 'third' }));
    const notFound = { code: '${noun}-not-found' };
    await expect(as(somebodyElse, () => ${camels}.get(id))).rejects.toMatchObject(notFound);
    await expect(as(somebodyElse, () => ${camels}.delete(id))).rejects.toMatchObject(notFound);
    expect((await as(somebodyElse, () => ${camels}.list({ sort: '-createdAt', limit: 20 }))).items).toEqual([]);
  });

  it('is changed by whoever has read its last revision', async () => {
    const { id, revision } = await as(ownerId, () => ${camels}.create({ title: 'before' }));
    const rename = (title: string) => as(ownerId, () => ${camels}.update({ ${camel}Id: id, ifRevision: revision, title }));
    expect(await rename('after')).toMatchObject({ title: 'after', revision: revision + 1 });
    await expect(rename('too late')).rejects.toMatchObject({ code: 'precondition-failed' });
  });

  it('is gone once it is deleted', async () => {
    const { id } = await as(ownerId, () => ${camels}.create({ title: 'fourth' }));
    await as(ownerId, () => ${camels}.delete(id));
    await expect(as(ownerId, () => ${camels}.get(id))).rejects.toMatchObject({ code: '${noun}-not-found' });
  });
});
`;
