import { mkdtemp, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Registry } from 'prom-client';
import { blobStoreSuite } from '#testing';
import type { BlobStore, ByteRange } from './blob-store.ts';
import { checkIntegrity } from './check-integrity.ts';
import { openFsBlobStore } from './fs-blob-store.ts';
import { type DamageReport, VerifiedBlobStore, type VerifiedBlobStoreOptions } from './verified-blob-store.ts';

let folder: string;
let store: VerifiedBlobStore;
let reports: DamageReport[];
let registry: Registry;

async function open(options: VerifiedBlobStoreOptions = {}): Promise<VerifiedBlobStore> {
  const onDamage = (report: DamageReport) => void reports.push(report);
  return new VerifiedBlobStore(await openFsBlobStore(join(folder, 'main')), { registry, onDamage, ...options });
}
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rafaga-verified-'));
  reports = [];
  registry = new Registry();
  store = await open();
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const pathOf = (sha256: string) => join(folder, 'main', sha256.slice(0, 2), sha256.slice(2, 4), sha256);
const put = async (bytes: string | Buffer, into: BlobStore = store) =>
  (await into.write(Readable.from([Buffer.from(bytes)]), { maxBytes: 10_000_000 })).sha256;
const read = async (sha256: string, range?: ByteRange) => buffer((await store.openRead(sha256, range)).stream);

/** Changes one byte and neither the size nor the time. */
async function damage(sha256: string): Promise<void> {
  const { atime, mtime } = await stat(pathOf(sha256));
  const bytes = await readFile(pathOf(sha256));
  bytes[bytes.length >> 1]! ^= 1;
  await writeFile(pathOf(sha256), bytes);
  await utimes(pathOf(sha256), atime, mtime);
}
const large = Buffer.alloc(1_000_000, 'sound');

blobStoreSuite('VerifiedBlobStore', async (test) => {
  const noDamage = async (sha256: string, bytes: string) => writeFile(pathOf(sha256), bytes);
  const age = async () => {
    for await (const { sha256 } of store.list()) await utimes(pathOf(sha256), 0, 0);
  };
  await test({ store, damage: noDamage, age });
});

describe('a damaged blob', () => {
  it.each<[string, ByteRange | undefined, string | Buffer]>([
    ['whole', undefined, large],
    ['whole, by a range', { start: 0, end: 2_000_000 }, large],
    ['a range', { start: 10, end: 20 }, large],
    ['whole, in one chunk', undefined, 'a few bytes'],
  ])('cannot be read to its end: %s', async (_what, range, bytes) => {
    const sha256 = await put(bytes);
    await damage(sha256);
    await expect(read(sha256, range)).rejects.toMatchObject({ code: 'file-lost' });
    expect(reports).toEqual([{ sha256, sizeBytes: Buffer.from(bytes).length, repaired: false }]);
    expect(await registry.metrics()).toContain('blobs_damaged_total{repaired="false"} 1');
  });

  it('is not provided as a local file', async () => {
    const sha256 = await put('for ffmpeg');
    await damage(sha256);
    const never = () => Promise.reject(new Error('must not run'));
    await expect(store.withLocalFile(sha256, never)).rejects.toMatchObject({ code: 'file-lost' });
  });

  it('is repaired from the first copy with intact bytes', async () => {
    const [without, withIt] = [await openFsBlobStore(join(folder, 'empty')), await openFsBlobStore(join(folder, 'copy'))];
    store = await open({ copies: [without, withIt] });
    const sha256 = await put(large);
    await put(large, withIt);
    await damage(sha256);
    await expect(read(sha256)).rejects.toMatchObject({ code: 'file-lost' }); // the bytes of this read are wrong
    expect((await read(sha256)).equals(large)).toBe(true);
    expect(reports).toMatchObject([{ sha256, repaired: true }]);
  });

  it('is repaired when it is stored again, and then readable', async () => {
    const sha256 = await put(large);
    await damage(sha256);
    await expect(read(sha256, { start: 5 })).rejects.toThrow();
    await put(large);
    expect((await read(sha256, { start: 5 })).equals(large.subarray(5))).toBe(true);
    expect((await read(sha256)).equals(large)).toBe(true);
  });
});

describe('reading ranges', () => {
  it('verifies the whole blob once for concurrent and later reads of ranges', async () => {
    const sha256 = await put(large);
    const inner = await openFsBlobStore(join(folder, 'main'));
    let wholeReads = 0;
    const openRead: BlobStore['openRead'] = (name, range) => {
      if (range === undefined) wholeReads++;
      return inner.openRead(name, range);
    };
    store = new VerifiedBlobStore(
      Object.assign(Object.create(inner) as BlobStore, { openRead, stat: (name: string) => inner.stat(name) }),
      {
        registry,
      },
    );
    const parts = await Promise.all([0, 1, 2, 3].map((n) => read(sha256, { start: n, end: n + 99 })));
    await read(sha256, { start: 500_000 });
    expect(parts.map(({ length }) => length)).toEqual([100, 100, 100, 100]);
    expect(wholeReads).toBe(1);
  });

  it('is stopped by a reader that destroys the stream', async () => {
    const { stream } = await store.openRead(await put(large));
    stream.destroy();
    expect(stream.destroyed).toBe(true);
  });
});

describe('an integrity check', () => {
  it('reads every blob, and reports damaged and repaired ones', async () => {
    const copy = await openFsBlobStore(join(folder, 'copy'));
    store = await open({ copies: [copy] });
    const [, repairable, broken] = [await put('good'), await put('repairable'), await put('broken')];
    await put('repairable', copy);
    await damage(repairable);
    await damage(broken);
    expect(await checkIntegrity(store)).toEqual({
      checked: 3,
      checkedBytes: 20,
      skipped: 0,
      repaired: 1,
      damaged: 1,
      damagedNames: [broken],
    });
    expect((await read(repairable)).toString()).toBe('repairable');
  });
  it('reads a sample of the blobs, and stops when aborted', async () => {
    for (const text of ['a', 'b', 'c', 'd']) await put(text);
    let number = 0;
    expect(await checkIntegrity(store, { share: 0.5, random: () => (number++ % 2 ? 0.9 : 0.1) })).toMatchObject({ checked: 2, skipped: 2 });
    await expect(checkIntegrity(store, { signal: AbortSignal.abort(new Error('aborted')) })).rejects.toThrow('aborted');
  });
});
