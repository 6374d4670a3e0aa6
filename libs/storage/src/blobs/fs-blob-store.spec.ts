import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { type BlobFixture, blobStoreSuite } from '#testing';
import type { BlobStore } from './blob-store.ts';
import { openFsBlobStore } from './fs-blob-store.ts';
import { fsFailure } from './fs-failures.ts';
import { openBlobStore } from './open-blob-store.ts';

async function withRoot(test: (root: string) => Promise<void>): Promise<void> {
  const root = await mkdtemp(join(tmpdir(), 'rafaga-blobs-'));
  await test(root).finally(() => rm(root, { recursive: true }));
}
const pathOf = (root: string, sha256: string) => join(root, sha256.slice(0, 2), sha256.slice(2, 4), sha256);
const sha256Of = (text: string) => createHash('sha256').update(text).digest('hex');
const source = (text: string) => Readable.from([Buffer.from(text)]);
const largeLimit = { maxBytes: 1_000 };

const fixtureIn = (root: string, store: BlobStore): BlobFixture => ({
  store,
  damage: async (sha256, bytes) => {
    const { atime, mtime } = await stat(pathOf(root, sha256));
    await writeFile(pathOf(root, sha256), bytes);
    await utimes(pathOf(root, sha256), atime, mtime);
  },
  age: async () => {
    for await (const { sha256, storedAtMs } of store.list()) await utimes(pathOf(root, sha256), 0, new Date(storedAtMs - 3_600_000));
  },
});

blobStoreSuite('FsBlobStore', (test) => withRoot(async (root) => test(fixtureIn(root, await openFsBlobStore(root)))));

describe('FsBlobStore, on disk', () => {
  it('creates files and folders that only the owner can read', () =>
    withRoot(async (root) => {
      const { sha256 } = await (await openFsBlobStore(root)).write(source('private'), largeLimit);
      expect((await stat(pathOf(root, sha256))).mode & 0o777).toBe(0o600);
      expect((await stat(dirname(pathOf(root, sha256)))).mode & 0o777).toBe(0o700);
    }));
  it('leaves no staging file after a success or a failure', () =>
    withRoot(async (root) => {
      const store = await openFsBlobStore(root);
      await store.write(source('fits'), largeLimit);
      await store.write(source('fits'), largeLimit);
      await expect(store.write(source('does not fit'), { maxBytes: 3 })).rejects.toThrow();
      expect(await readdir(join(root, 'incoming'))).toEqual([]);
    }));
  it('removes staging files of ended processes and keeps those of live uploads', () =>
    withRoot(async (root) => {
      await openFsBlobStore(root);
      await writeFile(join(root, 'incoming', 'stale'), 'x');
      await utimes(join(root, 'incoming', 'stale'), 0, 0);
      await writeFile(join(root, 'incoming', 'live'), 'x');
      await openFsBlobStore(root);
      expect(await readdir(join(root, 'incoming'))).toEqual(['live']);
    }));
  it('restores the blobs of an interrupted sweep', () =>
    withRoot(async (root) => {
      const { sha256 } = await (await openFsBlobStore(root)).write(source('nearly gone'), largeLimit);
      await rename(pathOf(root, sha256), join(root, 'leaving', sha256));
      expect(await (await openFsBlobStore(root)).stat(sha256)).toMatchObject({ sizeBytes: 11 });
    }));
  it('replaces a damaged file when the same bytes are stored again', () =>
    withRoot(async (root) => {
      const store = await openFsBlobStore(root);
      const { sha256 } = await store.write(source('whole'), largeLimit);
      await writeFile(pathOf(root, sha256), 'who');
      expect((await store.write(source('whole'), largeLimit)).deduplicated).toBe(false);
      expect(await readFile(pathOf(root, sha256), 'utf8')).toBe('whole');
    }));
  it('does not follow symbolic links', () =>
    withRoot(async (root) => {
      const store = await openFsBlobStore(root);
      const name = sha256Of('a secret');
      await writeFile(join(root, 'secret'), 'a secret');
      await mkdir(dirname(pathOf(root, name)), { recursive: true });
      await symlink(join(root, 'secret'), pathOf(root, name));
      await expect(store.openRead(name)).rejects.toThrow();
      expect(await store.stat(name)).toBeUndefined();
    }));
  it('renews the grace period when the same bytes are stored again', () =>
    withRoot(async (root) => {
      const store = await openFsBlobStore(root);
      const { sha256 } = await store.write(source('again'), largeLimit);
      await utimes(pathOf(root, sha256), 0, 0);
      await store.write(source('again'), largeLimit);
      expect(await store.sweep({ graceMs: 60_000, referenced: async () => new Set() })).toMatchObject({ removed: 0 });
    }));
  it('keeps a blob that is stored again while the sweep looks up its references', () =>
    withRoot(async (root) => {
      const store = await openFsBlobStore(root);
      const { sha256 } = await store.write(source('raced'), largeLimit);
      await utimes(pathOf(root, sha256), 0, 0);
      const referenced = async () => {
        await store.write(source('raced'), largeLimit);
        return new Set<string>();
      };
      expect(await store.sweep({ graceMs: 60_000, referenced })).toMatchObject({ removed: 0, kept: 1 });
      expect(await store.stat(sha256)).toBeDefined();
    }));
});

describe('fsFailure', () => {
  it.each(['ENOSPC', 'EDQUOT'])('maps %s to storage-full', (code) => {
    expect(fsFailure(Object.assign(new Error('no room'), { code }))).toMatchObject({ code: 'storage-full' });
  });
  it('returns other errors unchanged', () => {
    const error = Object.assign(new Error('broken disk'), { code: 'EIO' });
    expect(fsFailure(error)).toBe(error);
  });
});

describe('openBlobStore', () => {
  it('opens a folder from a file URL', () =>
    withRoot(async (root) => {
      const { sha256 } = await (await openBlobStore(pathToFileURL(root).href)).write(source('by URL'), largeLimit);
      expect(await readFile(pathOf(root, sha256), 'utf8')).toBe('by URL');
    }));
  it('lists the known schemes when it rejects an unknown one', () => expect(openBlobStore('gopher://x')).rejects.toThrow(/file:/));
});
