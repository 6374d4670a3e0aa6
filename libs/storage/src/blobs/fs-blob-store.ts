/**
 * Blobs as files: `<root>/ab/cd/abcd…` (64 hexadecimal digits), taken in under `<root>/incoming`, removed through `<root>/leaving`.
 * Several processes may share one root, as long as it is one file system with hard links and atomic renames (local disk, NFS).
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
  isSha256,
  type OpenedBlob,
  type StoredBlob,
  type SweepReport,
  type SweepRequest,
  type WriteLimits,
} from './blob-store.ts';
import { clampRange } from './byte-range.ts';
import { blobNotFound, errorCode, fsFailure, orWhenMissing } from './fs-failures.ts';
import { type Intake, takeIn } from './fs-intake.ts';
import { sha256OfStream } from './sha256-of-stream.ts';
import { sweepBlobs } from './sweep.ts';

/** An upload that has written nothing for this long belongs to a process that died: no live one may stand still for longer than 10 minutes. */
const staleAfterMs = 3_600_000;

/** Each further try means that a sweep took the file away in that very moment. */
const placeTries = 10;

export class FsBlobStore implements BlobStore {
  readonly #root: string;
  readonly #incoming: string;
  readonly #leaving: string;

  /** Use {@link openFsBlobStore}: it makes the folders. */
  constructor(root: string) {
    this.#root = root;
    this.#incoming = join(root, 'incoming');
    this.#leaving = join(root, 'leaving');
  }

  async write(source: AsyncIterable<Uint8Array> | Readable, limits: WriteLimits): Promise<StoredBlob> {
    const intake = await takeIn(source, this.#incoming, limits);
    try {
      const deduplicated = await this.#place(intake);
      return { sha256: intake.sha256, sizeBytes: intake.sizeBytes, deduplicated };
    } catch (error) {
      throw fsFailure(error);
    } finally {
      await rm(intake.path, { force: true });
    }
  }

  async openRead(sha256: string, range: ByteRange = {}): Promise<OpenedBlob> {
    const file = await this.#wherever(sha256, (path) => open(path, constants.O_RDONLY | constants.O_NOFOLLOW));
    if (!file) throw blobNotFound(sha256);
    try {
      const { size, mtimeMs: storedAtMs } = await file.stat();
      const { start, end } = clampRange(range, size);
      // An empty blob has no byte for a range to start at; a file stream would read past its `end` of -1.
      if (size > 0) return { stream: file.createReadStream({ start, end }), sizeBytes: size, storedAtMs };
      await file.close();
      return { stream: Readable.from([], { objectMode: false }), sizeBytes: 0, storedAtMs };
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  async stat(sha256: string): Promise<BlobStat | undefined> {
    const found = await this.#wherever(sha256, (path) => lstat(path));
    return found?.isFile() ? { sha256, sizeBytes: found.size, storedAtMs: found.mtimeMs } : undefined;
  }

  async withLocalFile<T>(sha256: string, use: (path: string) => Promise<T>): Promise<T> {
    const path = await this.#wherever(sha256, (candidate) => lstat(candidate).then(() => candidate));
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
    return sweepBlobs(this.list(), request, (blob) => this.#removeUnlessWanted(blob, request));
  }

  /** Removes what a process that died left in `incoming` and puts back what a sweep that died left in `leaving`. Run at start. */
  async recover(): Promise<void> {
    await this.#clearIncoming();
    for (const name of (await readdir(this.#leaving)).filter(isSha256)) await this.#putBack(name);
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
   * Moved out of sight first, then looked at again: a writer who found the blob before that has renewed its time, and one who comes later finds
   * nothing and stores its own. So whoever was told "deduplicated" keeps the bytes.
   */
  async #removeUnlessWanted({ sha256 }: BlobStat, { graceMs, referenced }: SweepRequest): Promise<boolean> {
    const isYoung = (mtimeMs: number) => Date.now() - mtimeMs < graceMs;
    const found = await this.stat(sha256);
    if (!found || isYoung(found.storedAtMs)) return false; // stored again since it was listed: nothing needs to be moved
    const leaving = join(this.#leaving, sha256);
    const moved = await rename(this.#pathOf(sha256)!, leaving).then(() => true, orWhenMissing(false));
    if (!moved) return false;
    const isWanted = async () => isYoung((await stat(leaving)).mtimeMs) || (await referenced([sha256])).has(sha256);
    const wanted = await isWanted().catch(async (error: unknown) => {
      await this.#putBack(sha256);
      throw error;
    });
    if (wanted) await this.#putBack(sha256);
    else await rm(leaving, { force: true });
    return !wanted;
  }

  /** Never over a blob that was stored meanwhile: that one is younger. */
  async #putBack(sha256: string): Promise<void> {
    const leaving = join(this.#leaving, sha256);
    const done = (error: unknown) => (errorCode(error) === 'EEXIST' ? undefined : orWhenMissing(undefined)(error)); // or another copy was quicker
    await link(leaving, this.#pathOf(sha256)!).catch(done);
    await rm(leaving, { force: true });
  }

  /** A sweep that changes its mind moves a blob out and back; who reads meanwhile finds it all the same. */
  async #wherever<T>(sha256: string, look: (path: string) => Promise<T>): Promise<T | undefined> {
    const path = this.#pathOf(sha256);
    if (!path) return undefined;
    const missing = orWhenMissing(undefined);
    return (await look(path).catch(missing)) ?? (await look(join(this.#leaving, sha256)).catch(missing)) ?? look(path).catch(missing);
  }

  /**
   * Under its name by a link, which never replaces: another writer of the same bytes may have been told that they are stored. Only a damaged file
   * is replaced, by the right bytes.
   * @returns true when the same bytes were here already
   */
  async #place(intake: Intake): Promise<boolean> {
    const target = this.#pathOf(intake.sha256)!;
    await this.#makeFolderOf(target);
    const now = new Date();
    await utimes(intake.path, now, now); // the grace counts from here, not from the last byte
    for (let tries = 0; tries < placeTries; tries++) {
      const outcome = (await linkNew(intake.path, target)) ? 'linked' : await renewIntact(target, intake);
      if (outcome === 'intact') return true;
      if (outcome === 'gone') continue; // into the hands of a sweep, which may delete it: ours goes there instead
      if (outcome === 'damaged') await rename(intake.path, target);
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

/** Opens (and makes, mode 0700) a store under `root`, and clears what a killed process left there. */
export async function openFsBlobStore(root: string): Promise<FsBlobStore> {
  for (const folder of ['incoming', 'leaving']) await mkdir(join(root, folder), { recursive: true, mode: 0o700 });
  const store = new FsBlobStore(await realpath(root));
  await store.recover();
  return store;
}

/** False when there is a file of this name already. */
const linkNew = (from: string, to: string): Promise<boolean> =>
  link(from, to).then(
    () => true,
    (error: unknown) => {
      if (errorCode(error) === 'EEXIST') return false;
      throw error;
    },
  );

/** Starts the grace of the stored file anew, and tells whether its bytes are still the ones that its name promises. */
async function renewIntact(path: string, { sha256, sizeBytes }: Intake): Promise<'intact' | 'damaged' | 'gone'> {
  const found = await lstat(path).catch(orWhenMissing(undefined));
  if (!found) return 'gone';
  if (!found.isFile() || found.size !== sizeBytes) return 'damaged';
  const renew = () => utimes(path, new Date(), new Date()).then(() => true, orWhenMissing(false));
  if (!(await renew())) return 'gone'; // before the bytes are read, so that no sweep takes the file meanwhile
  const digest = await sha256OfStream(createReadStream(path, { highWaterMark: 256 * 1_024 })).catch((error: unknown) => {
    if (errorCode(error) === 'EIO') return 'unreadable';
    return orWhenMissing(undefined)(error);
  });
  if (digest === undefined) return 'gone';
  if (digest !== sha256) return 'damaged';
  return (await renew()) ? 'intact' : 'gone';
}

/** A new name is safe from a power cut only after its folder is on the disk too. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, constants.O_RDONLY);
  await folder.sync().finally(() => folder.close());
}

async function shardsOf(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch((error: unknown) => (errorCode(error) === 'ENOTDIR' ? [] : orWhenMissing([])(error)));
  return names.filter((name) => /^[0-9a-f]{2}$/.test(name));
}
