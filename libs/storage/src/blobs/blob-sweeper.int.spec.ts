import { mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Registry } from 'prom-client';
import type { DataSource } from 'typeorm';
import { type BlobStore, openFsBlobStore, openPostgres } from '#storage';
import { type TestDatabase, testDatabase } from '#testing';
import { BlobReferences } from './blob-references.ts';
import { BlobSweeper } from './blob-sweeper.ts';
import { blobsMigrations } from './blobs.migrations.ts';

let folder: string;
let store: BlobStore;
let database: TestDatabase;
let source: DataSource;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rafaga-sweep-'));
  [store, database] = await Promise.all([openFsBlobStore(folder), testDatabase('sweep')]);
  source = await openPostgres({
    url: database.url,
    schema: 'blobs',
    applicationName: 'sweep',
    poolSize: 8,
    entities: [],
    migrations: [blobsMigrations],
  });
});
afterEach(async () => {
  await source.destroy();
  await database.drop();
  await rm(folder, { recursive: true });
});

const put = async (text: string) => (await store.write(Readable.from([Buffer.from(text)]), { maxBytes: 1_000 })).sha256;
const sweeper = (options: { graceMs?: number; everyMs?: number; registry?: Registry } = {}) =>
  new BlobSweeper({ store, graceMs: 0, everyMs: 0, registry: new Registry(), ...options });
const ageAll = async () => {
  for await (const { sha256 } of store.list())
    await utimes(join(folder, sha256.slice(0, 2), sha256.slice(2, 4), sha256), 0, Date.now() / 1_000 - 700);
};
const exists = async (sha256: string) => (await store.stat(sha256)) !== undefined;
const track = 'audio.recording';

describe('a referenced blob', () => {
  it('is kept until its last reference is released', async () => {
    const sha256 = await put('held twice');
    await BlobReferences.hold(source.manager, sha256, track);
    await BlobReferences.hold(source.manager, sha256, track);
    await BlobReferences.hold(source.manager, sha256, 'gateway.upload:7');
    await BlobReferences.release(source.manager, sha256, track);
    expect(await sweeper().sweepWhenDue(source)).toMatchObject({ removed: 0, kept: 1 });
    await BlobReferences.release(source.manager, sha256, 'gateway.upload:7');
    expect(await sweeper().sweepWhenDue(source)).toEqual({ removed: 1, removedBytes: 10, kept: 0, keptBytes: 0 });
  });
  it('is not referenced after its transaction was rolled back', async () => {
    const sha256 = await put('rolled back');
    const undone = source.transaction(async (tx) => {
      await BlobReferences.hold(tx, sha256, track);
      throw new Error('no');
    });
    await expect(undone).rejects.toThrow('no');
    await sweeper().sweepWhenDue(source);
    expect(await exists(sha256)).toBe(false);
  });
  it('is kept by sweeps that run while old bytes are stored again', async () => {
    const stop = new AbortController();
    const sweeps = Array.from({ length: 3 }, async () => {
      while (!stop.signal.aborted) await sweeper({ graceMs: 60_000 }).sweepWhenDue(source);
    });
    await source.query(`UPDATE blobs.ledger SET opened_at = now() - interval '1 day'`);
    const lost: number[] = [];
    for (let i = 0; i < 100; i++) {
      const sha256 = await put('old and new');
      await source.transaction((tx) => BlobReferences.hold(tx, sha256, track));
      if (!(await exists(sha256))) lost.push(i);
      await source.transaction((tx) => BlobReferences.release(tx, sha256, track));
      await utimes(join(folder, sha256.slice(0, 2), sha256.slice(2, 4), sha256), 0, 0).catch(() => undefined); // the sweep has moved it
    }
    stop.abort();
    await Promise.all(sweeps);
    expect(lost).toEqual([]);
  });
});

describe('a sweep', () => {
  it('is run by one replica at a time, and not before it is due', async () => {
    await put('unreferenced');
    const reports = await Promise.all([1, 2, 3].map(() => sweeper({ everyMs: 3_600_000 }).sweepWhenDue(source)));
    expect(reports.filter(Boolean)).toHaveLength(1);
    expect(await sweeper({ everyMs: 3_600_000 }).sweepWhenDue(source)).toBeUndefined();
  });
  it('removes nothing within the first grace period: an older service may not have recorded its references yet', async () => {
    await put('from before');
    expect(await sweeper({ graceMs: 60_000 }).sweepWhenDue(source)).toBeUndefined();
  });
  it('runs early with a shorter grace period when free space is low', async () => {
    const [old, held] = [await put('rejected earlier'), await put('held')];
    await BlobReferences.hold(source.manager, held, track);
    await ageAll();
    const young = await put('its row is not committed yet');
    await source.query(`UPDATE blobs.ledger SET opened_at = now() - interval '2 days', swept_at = now()`);
    const sweepWith = (belowBytes: number) =>
      new BlobSweeper({
        store,
        graceMs: 86_400_000,
        everyMs: 3_600_000,
        lowSpace: { belowBytes, graceMs: 600_000 },
        registry: new Registry(),
      }).sweepWhenDue(source);
    expect(await sweepWith(0)).toBeUndefined();
    expect(await sweepWith(Number.MAX_SAFE_INTEGER)).toMatchObject({ removed: 1, kept: 2 });
    expect([await exists(old), await exists(held), await exists(young)]).toEqual([false, true, true]);
  });
  it('removes the staging files of killed uploads', async () => {
    await writeFile(join(folder, 'incoming', 'half'), 'half a fi');
    await utimes(join(folder, 'incoming', 'half'), 0, 0);
    await sweeper().sweepWhenDue(source);
    expect(await readdir(join(folder, 'incoming'))).toEqual([]);
  });
  it('exports metrics of removed blobs, stored bytes and free space', async () => {
    const registry = new Registry();
    const [kept] = [await put('four'), await put('gone')];
    await BlobReferences.hold(source.manager, kept, track);
    await sweeper({ registry }).sweepWhenDue(source);
    const text = await registry.metrics();
    expect(text).toContain('blobs_swept_total 1');
    expect(text).toContain('blobs_swept_bytes_total 4');
    expect(text).toContain('blob_store_bytes 4');
    expect(text).toMatch(/blob_store_free_bytes [1-9]/);
  });
  it('removes nothing while the database is unavailable', async () => {
    const sha256 = await put('unknown');
    const unavailable = { createQueryRunner: () => source.createQueryRunner(), query: () => Promise.reject(new Error('unavailable')) };
    await expect(sweeper().sweepWhenDue(unavailable as unknown as DataSource)).rejects.toThrow('unavailable');
    expect(await exists(sha256)).toBe(true);
  });
});
