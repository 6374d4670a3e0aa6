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
const roomy = { maxBytes: 1_000 };

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

describe('FsBlobStore, on the disk', () => {
  it('lets nobody else read its files and folders', () =>
    withRoot(async (root) => {
      const { sha256 } = await (await openFsBlobStore(root)).write(source('private'), roomy);
      expect((await stat(pathOf(root, sha256))).mode & 0o777).toBe(0o600);
      expect((await stat(dirname(pathOf(root, sha256)))).mode & 0o777).toBe(0o700);
    }));
  it('leaves no temporary file behind, whether it worked or not', () =>
    withRoot(async (root) => {
      const store = await openFsBlobStore(root);
      await store.write(source('fits'), roomy);
      await store.write(source('fits'), roomy);
      await expect(store.write(source('does not fit'), { maxBytes: 3 })).rejects.toThrow();
      expect(await readdir(join(root, 'incoming'))).toEqual([]);
    }));
  it('clears uploads of a process that died, and leaves those that are going on', () =>
    withRoot(async (root) => {
      await openFsBlobStore(root);
      await writeFile(join(root, 'incoming', 'dead'), 'x');
      await utimes(join(root, 'incoming', 'dead'), 0, 0);
      await writeFile(join(root, 'incoming', 'alive'), 'x');
      await openFsBlobStore(root);
      expect(await readdir(join(root, 'incoming'))).toEqual(['alive']);
    }));
  it('puts back what a sweep that died had taken out of sight', () =>
    withRoot(async (root) => {
      const { sha256 } = await (await openFsBlobStore(root)).write(source('nearly gone'), roomy);
      await rename(pathOf(root, sha256), join(root, 'leaving', sha256));
      expect(await (await openFsBlobStore(root)).stat(sha256)).toMatchObject({ sizeBytes: 11 });
    }));
  it('replaces a damaged copy when the same bytes come again', () =>
    withRoot(async (root) => {
      const store = await openFsBlobStore(root);
      const { sha256 } = await store.write(source('whole'), roomy);
      await writeFile(pathOf(root, sha256), 'who');
      expect((await store.write(source('whole'), roomy)).deduplicated).toBe(false);
      expect(await readFile(pathOf(root, sha256), 'utf8')).toBe('whole');
    }));
  it('follows no symbolic link', () =>
    withRoot(async (root) => {
      const store = await openFsBlobStore(root);
      const name = sha256Of('a secret');
      await writeFile(join(root, 'secret'), 'a secret');
      await mkdir(dirname(pathOf(root, name)), { recursive: true });
      await symlink(join(root, 'secret'), pathOf(root, name));
      await expect(store.openRead(name)).rejects.toThrow();
      expect(await store.stat(name)).toBeUndefined();
    }));
  it('starts the grace anew when the same bytes are stored again', () =>
    withRoot(async (root) => {
      const store = await openFsBlobStore(root);
      const { sha256 } = await store.write(source('again'), roomy);
      await utimes(pathOf(root, sha256), 0, 0);
      await store.write(source('again'), roomy);
      expect(await store.sweep({ graceMs: 60_000, referenced: async () => new Set() })).toMatchObject({ removed: 0 });
    }));
  it('spares a blob that is stored again while the sweep looks for its row', () =>
    withRoot(async (root) => {
      const store = await openFsBlobStore(root);
      const { sha256 } = await store.write(source('raced'), roomy);
      await utimes(pathOf(root, sha256), 0, 0);
      const referenced = async () => {
        await store.write(source('raced'), roomy);
        return new Set<string>();
      };
      expect(await store.sweep({ graceMs: 60_000, referenced })).toMatchObject({ removed: 0, kept: 1 });
      expect(await store.stat(sha256)).toBeDefined();
    }));
});

describe('fsFailure', () => {
  it.each(['ENOSPC', 'EDQUOT'])('calls %s a full store', (code) => {
    expect(fsFailure(Object.assign(new Error('no room'), { code }))).toMatchObject({ code: 'storage-full' });
  });
  it('leaves other errors alone', () => {
    const error = Object.assign(new Error('broken disk'), { code: 'EIO' });
    expect(fsFailure(error)).toBe(error);
  });
});

describe('openBlobStore', () => {
  it('opens a folder by its file URL', () =>
    withRoot(async (root) => {
      const { sha256 } = await (await openBlobStore(pathToFileURL(root).href)).write(source('by URL'), roomy);
      expect(await readFile(pathOf(root, sha256), 'utf8')).toBe('by URL');
    }));
  it('names the schemes it knows when it does not know one', () => expect(openBlobStore('gopher://x')).rejects.toThrow(/file:/));
});
