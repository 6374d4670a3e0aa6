/**
 * Blobs as files: `<root>/ab/cd/abcd…` (64 hexadecimal digits), taken in under `<root>/incoming`, removed through `<root>/leaving`.
 * Several processes may share one root, as long as it is one file system where a rename is atomic (local disk, NFS).
 */
import { constants } from 'node:fs';
import { link, lstat, mkdir, open, opendir, readdir, realpath, rename, rm, stat, statfs, utimes } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import {
  type BlobStat,
  type BlobStore,
  type ByteRange,
  isSha256,
  type StoredBlob,
  type SweepReport,
  type SweepRequest,
  type WriteLimits,
} from './blob-store.ts';
import { clampRange } from './byte-range.ts';
import { blobNotFound, errorCode, fsFailure, orWhenMissing } from './fs-failures.ts';
import { type Intake, takeIn } from './fs-intake.ts';
import { sweepBlobs } from './sweep.ts';

/** An upload that has written nothing for this long belongs to a process that died. */
const staleAfterMs = 3_600_000;

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
      const mark = await markOf(intake.path);
      const deduplicated = await this.#keepOld(intake);
      if (!deduplicated) await this.#place(intake);
      return { sha256: intake.sha256, sizeBytes: intake.sizeBytes, deduplicated, mark };
    } catch (error) {
      throw fsFailure(error);
    } finally {
      await rm(intake.path, { force: true });
    }
  }

  async openRead(sha256: string, range: ByteRange = {}): Promise<{ stream: Readable; sizeBytes: number }> {
    const file = await this.#wherever(sha256, (path) => open(path, constants.O_RDONLY | constants.O_NOFOLLOW));
    if (!file) throw blobNotFound(sha256);
    try {
      const { size } = await file.stat();
      const { start, end } = clampRange(range, size);
      // An empty blob has no byte for a range to start at; a file stream would read past its `end` of -1.
      if (size > 0) return { stream: file.createReadStream({ start, end }), sizeBytes: size };
      await file.close();
      return { stream: Readable.from([], { objectMode: false }), sizeBytes: 0 };
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

  async takeBack({ sha256, deduplicated, mark }: StoredBlob): Promise<boolean> {
    return !deduplicated && this.#removeIf(sha256, async (leaving) => (await markOf(leaving)) === mark);
  }

  async delete(sha256: string): Promise<boolean> {
    const path = this.#pathOf(sha256);
    if (!path) return false;
    return rm(path).then(() => true, orWhenMissing(false));
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
    await this.#clearIncoming(Math.min(staleAfterMs, request.graceMs));
    return sweepBlobs(this.list(), request, (blob) => this.#removeUnlessWanted(blob, request));
  }

  /** Removes what a process that died left in `incoming` and puts back what a sweep that died left in `leaving`. Run at start. */
  async recover(): Promise<void> {
    await this.#clearIncoming(staleAfterMs);
    for (const name of (await readdir(this.#leaving)).filter(isSha256)) await this.#putBack(name);
  }

  async freeBytes(): Promise<number> {
    const { bavail, bsize } = await statfs(this.#root);
    return bavail * bsize;
  }

  async #clearIncoming(silentForMs: number): Promise<void> {
    for (const name of await readdir(this.#incoming)) {
      const path = join(this.#incoming, name);
      const found = await stat(path).catch(orWhenMissing(undefined));
      if (found && Date.now() - found.mtimeMs > silentForMs) await rm(path, { force: true });
    }
  }

  #removeUnlessWanted({ sha256 }: BlobStat, { graceMs, referenced }: SweepRequest): Promise<boolean> {
    return this.#removeIf(sha256, async (leaving) => {
      const { mtimeMs } = await stat(leaving);
      return Date.now() - mtimeMs >= graceMs && !(await referenced([sha256])).has(sha256);
    });
  }

  /**
   * Out of sight first, then a second look: a writer who found the blob before that made its time fresh, and one who comes later finds nothing
   * and stores its own. So whoever was told "deduplicated" keeps the bytes.
   */
  async #removeIf(sha256: string, unwanted: (leavingPath: string) => Promise<boolean>): Promise<boolean> {
    const leaving = join(this.#leaving, sha256);
    const moved = await rename(this.#pathOf(sha256)!, leaving).then(() => true, orWhenMissing(false));
    if (!moved) return false;
    const removing = await unwanted(leaving).catch(async (error: unknown) => {
      await this.#putBack(sha256);
      throw error;
    });
    if (removing) await rm(leaving, { force: true });
    else await this.#putBack(sha256);
    return removing;
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

  /** True when the very bytes are here already; their grace starts anew. A file of another size is damaged and will be replaced. */
  async #keepOld({ sha256, sizeBytes }: Intake): Promise<boolean> {
    const path = this.#pathOf(sha256)!;
    const found = await lstat(path).catch(orWhenMissing(undefined));
    if (!found?.isFile() || found.size !== sizeBytes) return false;
    const now = new Date();
    return utimes(path, now, now).then(() => true, orWhenMissing(false));
  }

  async #place({ path, sha256 }: Intake): Promise<void> {
    const target = this.#pathOf(sha256)!;
    const folder = dirname(target);
    if (await mkdir(folder, { recursive: true, mode: 0o700 })) {
      await syncFolder(dirname(folder));
      await syncFolder(this.#root);
    }
    await rename(path, target);
    await syncFolder(folder);
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

/** Whoever stores the bytes again makes the time of their file another one, to the nanosecond, or puts a file of its own in its place. */
async function markOf(path: string): Promise<string> {
  const { ino, mtimeNs } = await stat(path, { bigint: true });
  return `${ino}-${mtimeNs}`;
}

/** A rename is safe from a power cut only after its folder is on the disk too. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, constants.O_RDONLY);
  await folder.sync().finally(() => folder.close());
}

async function shardsOf(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch((error: unknown) => (errorCode(error) === 'ENOTDIR' ? [] : orWhenMissing([])(error)));
  return names.filter((name) => /^[0-9a-f]{2}$/.test(name));
}
