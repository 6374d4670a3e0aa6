/**
 * Blobs as files: `<root>/ab/cd/abcd…` (64 hexadecimal digits), staged in `<root>/incoming`, removed through `<root>/leaving`.
 * Several processes may share one root on one file system with hard links and atomic renames (local disk, NFS).
 */
import { constants, createReadStream } from 'node:fs';
import { link, lstat, mkdir, open, opendir, readdir, realpath, rename, rm, stat, statfs, utimes } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { Failure } from '#contracts';
import {
  type BlobStat,
  type BlobStore,
  type ByteRange,
  clampRange,
  isSha256,
  type OpenedBlob,
  type StoredBlob,
  type SweepReport,
  type SweepRequest,
  type WriteLimits,
} from './blob-store.ts';
import { sha256OfStream } from './digest-stream.ts';
import { blobNotFound, errorCode, fsFailure, orWhenMissing } from './fs-failures.ts';
import { type StagedFile, stageFile } from './fs-staging.ts';
import { sweepBlobs } from './sweep.ts';

/** A staging file without a write for this long belongs to a process that ended: a live upload may pause for at most 10 minutes. */
const staleAfterMs = 3_600_000;

/** Every further attempt means that a sweep moved the file meanwhile. */
const maxPlaceAttempts = 10;

export class FsBlobStore implements BlobStore {
  readonly #root: string;
  readonly #incoming: string;
  readonly #leaving: string;

  /** Use {@link openFsBlobStore}, which creates the folders. */
  constructor(root: string) {
    this.#root = root;
    this.#incoming = join(root, 'incoming');
    this.#leaving = join(root, 'leaving');
  }

  async write(source: AsyncIterable<Uint8Array> | Readable, limits: WriteLimits): Promise<StoredBlob> {
    const staged = await stageFile(source, this.#incoming, limits);
    try {
      const deduplicated = await this.#place(staged);
      return { sha256: staged.sha256, sizeBytes: staged.sizeBytes, deduplicated };
    } catch (error) {
      throw fsFailure(error);
    } finally {
      await rm(staged.path, { force: true });
    }
  }

  async openRead(sha256: string, range: ByteRange = {}): Promise<OpenedBlob> {
    const file = await this.#locate(sha256, (path) => open(path, constants.O_RDONLY | constants.O_NOFOLLOW));
    if (!file) throw blobNotFound(sha256);
    try {
      const { size, mtimeMs: storedAtMs } = await file.stat();
      const { start, end } = clampRange(range, size);
      // For an empty blob `end` is -1, which a file stream would ignore.
      if (size > 0) return { stream: file.createReadStream({ start, end }), sizeBytes: size, storedAtMs };
      await file.close();
      return { stream: Readable.from([], { objectMode: false }), sizeBytes: 0, storedAtMs };
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  async stat(sha256: string): Promise<BlobStat | undefined> {
    const found = await this.#locate(sha256, (path) => lstat(path));
    return found?.isFile() ? { sha256, sizeBytes: found.size, storedAtMs: found.mtimeMs } : undefined;
  }

  async withLocalFile<T>(sha256: string, use: (path: string) => Promise<T>): Promise<T> {
    const path = await this.#locate(sha256, (candidate) => lstat(candidate).then(() => candidate));
    if (!path) throw blobNotFound(sha256);
    return use(path);
  }

  async *list(): AsyncIterable<BlobStat> {
    for (const shard of await shardsOf(this.#root)) {
      for (const inner of await shardsOf(join(this.#root, shard))) {
        const folder = await opendir(join(this.#root, shard, inner)).catch(orWhenMissing(undefined));
        if (!folder) continue;
        for await (const { name } of folder) {
          const found = await this.stat(name);
          if (found) yield found;
        }
      }
    }
  }

  async sweep(request: SweepRequest): Promise<SweepReport> {
    await this.#clearIncoming();
    return sweepBlobs(this.list(), request, (blob) => this.#removeUnlessReferenced(blob, request));
  }

  /** Removes staging files that nobody has written to for an hour and restores files of an interrupted sweep from `leaving`. Called at start. */
  async recover(): Promise<void> {
    await this.#clearIncoming();
    for (const name of (await readdir(this.#leaving)).filter(isSha256)) await this.#restore(name);
  }

  async freeBytes(): Promise<number> {
    const { bavail, bsize } = await statfs(this.#root);
    return bavail * bsize;
  }

  async #clearIncoming(): Promise<void> {
    for (const name of await readdir(this.#incoming)) {
      const path = join(this.#incoming, name);
      const found = await stat(path).catch(orWhenMissing(undefined));
      if (found && Date.now() - found.mtimeMs > staleAfterMs) await rm(path, { force: true });
    }
  }

  /**
   * Moves the file away first and then checks it again. A writer that found the blob before the move has renewed its time; a later writer finds no
   * file and stores its own. So a blob that a writer reported as "deduplicated" is kept.
   */
  async #removeUnlessReferenced({ sha256 }: BlobStat, { graceMs, referenced }: SweepRequest): Promise<boolean> {
    const isYoung = (mtimeMs: number) => Date.now() - mtimeMs < graceMs;
    const found = await this.stat(sha256);
    if (!found || isYoung(found.storedAtMs)) return false; // stored again since it was listed
    const leaving = join(this.#leaving, sha256);
    const moved = await rename(this.#pathOf(sha256)!, leaving).then(() => true, orWhenMissing(false));
    if (!moved) return false;
    const mustKeep = async () => isYoung((await stat(leaving)).mtimeMs) || (await referenced([sha256])).has(sha256);
    const keep = await mustKeep().catch(async (error: unknown) => {
      await this.#restore(sha256);
      throw error;
    });
    if (keep) await this.#restore(sha256);
    else await rm(leaving, { force: true });
    return !keep;
  }

  /** Moves a file back from `leaving`; never replaces a blob that was stored meanwhile. */
  async #restore(sha256: string): Promise<void> {
    const leaving = join(this.#leaving, sha256);
    const done = (error: unknown) => (errorCode(error) === 'EEXIST' ? undefined : orWhenMissing(undefined)(error)); // or another replica restored it first
    await link(leaving, this.#pathOf(sha256)!).catch(done);
    await rm(leaving, { force: true });
  }

  /** Looks for the file in its place and in `leaving`, because a sweep may move it out and back during a read. */
  async #locate<T>(sha256: string, find: (path: string) => Promise<T>): Promise<T | undefined> {
    const path = this.#pathOf(sha256);
    if (!path) return undefined;
    const missing = orWhenMissing(undefined);
    return (await find(path).catch(missing)) ?? (await find(join(this.#leaving, sha256)).catch(missing)) ?? find(path).catch(missing);
  }

  /**
   * Publishes the staged file under its name with a hard link, which never replaces a file. Only a damaged file is replaced.
   * @returns true when the same bytes were already stored
   */
  async #place(staged: StagedFile): Promise<boolean> {
    const target = this.#pathOf(staged.sha256)!;
    await this.#makeFolderOf(target);
    const now = new Date();
    await utimes(staged.path, now, now); // the grace period starts here, not at the last write
    for (let attempt = 0; attempt < maxPlaceAttempts; attempt++) {
      const outcome = (await linkNew(staged.path, target)) ? 'linked' : await renewIntact(target, staged);
      if (outcome === 'intact') return true;
      if (outcome === 'gone') continue; // a sweep has moved it and may delete it: publish the staged file instead
      if (outcome === 'damaged') await rename(staged.path, target);
      await syncFolder(dirname(target));
      return false;
    }
    throw new Failure('overloaded', 'The store is being swept.', { retryAfterSeconds: 5 });
  }

  async #makeFolderOf(target: string): Promise<void> {
    const folder = dirname(target);
    if (!(await mkdir(folder, { recursive: true, mode: 0o700 }))) return;
    await syncFolder(dirname(folder));
    await syncFolder(this.#root);
  }

  #pathOf(sha256: string): string | undefined {
    return isSha256(sha256) ? join(this.#root, sha256.slice(0, 2), sha256.slice(2, 4), sha256) : undefined;
  }
}

/** Opens a store under `root` (created with mode 0700), and cleans up after killed processes. */
export async function openFsBlobStore(root: string): Promise<FsBlobStore> {
  for (const folder of ['incoming', 'leaving']) await mkdir(join(root, folder), { recursive: true, mode: 0o700 });
  const store = new FsBlobStore(await realpath(root));
  await store.recover();
  return store;
}

/** False when the target exists. */
const linkNew = (from: string, to: string): Promise<boolean> =>
  link(from, to).then(
    () => true,
    (error: unknown) => {
      if (errorCode(error) === 'EEXIST') return false;
      throw error;
    },
  );

/** Renews the grace period of the stored file, and checks whether its bytes match its name. */
async function renewIntact(path: string, { sha256, sizeBytes }: StagedFile): Promise<'intact' | 'damaged' | 'gone'> {
  const found = await lstat(path).catch(orWhenMissing(undefined));
  if (!found) return 'gone';
  if (!found.isFile() || found.size !== sizeBytes) return 'damaged';
  const renew = () => utimes(path, new Date(), new Date()).then(() => true, orWhenMissing(false));
  if (!(await renew())) return 'gone'; // before the bytes are read, so that no sweep removes the file meanwhile
  const digest = await sha256OfStream(createReadStream(path, { highWaterMark: 256 * 1_024 })).catch((error: unknown) => {
    if (errorCode(error) === 'EIO') return 'unreadable';
    return orWhenMissing(undefined)(error);
  });
  if (digest === undefined) return 'gone';
  if (digest !== sha256) return 'damaged';
  return (await renew()) ? 'intact' : 'gone';
}

/** Flushes a folder, without which a power failure can lose a new name in it. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, constants.O_RDONLY);
  await folder.sync().finally(() => folder.close());
}

async function shardsOf(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch((error: unknown) => (errorCode(error) === 'ENOTDIR' ? [] : orWhenMissing([])(error)));
  return names.filter((name) => /^[0-9a-f]{2}$/.test(name));
}
