/** The bytes of one upload while they come in: one file, written at a position, on the disk for good once `sync` resolves. */
import { constants } from 'node:fs';
import { copyFile, type FileHandle, lstat, mkdir, open, readdir, rename, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from '#contracts';

const noRoom = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

/** "No room" of a file system is its own failure; anything else stays what it is. */
function fullOr(error: unknown): unknown {
  const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
  if (!noRoom.has(code)) return error;
  return new Failure('storage-full', 'There is no room for these bytes.', { cause: error, retryAfterSeconds: 60 });
}
const refuse = (error: unknown): never => {
  throw fullOr(error);
};

export class PartFile {
  readonly #file: FileHandle;
  /** What lay there when it was opened. */
  readonly sizeBytes: number;

  private constructor(file: FileHandle, sizeBytes: number) {
    this.#file = file;
    this.sizeBytes = sizeBytes;
  }

  /** Makes it where it is not there yet. @throws Failure storage-full */
  static async open(path: string): Promise<PartFile> {
    const flags = constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW;
    const file = await open(path, flags, 0o600).catch(refuse);
    return new PartFile(file, (await file.stat()).size);
  }

  /** @throws Failure storage-full */
  async write(chunk: Uint8Array, positionBytes: number): Promise<void> {
    for (let written = 0; written < chunk.byteLength; ) {
      const { bytesWritten } = await this.#file.write(chunk, written, chunk.byteLength - written, positionBytes + written).catch(refuse);
      written += bytesWritten;
    }
  }

  /** Whatever was written before survives a power cut from here on. @throws Failure storage-full */
  async sync(): Promise<void> {
    await this.#file.datasync().catch(refuse);
  }

  cutTo(sizeBytes: number): Promise<void> {
    return this.#file.truncate(sizeBytes);
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}

const isId = (name: string) => /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(name);

/** Of a copy that is being made. */
const freshOf = (path: string) => `${path}.fresh`;

/** The folder of all of them, shared by all copies of the gateway. */
export class PartFolder {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  pathOf(id: string): string {
    return join(this.#path, id);
  }

  /** Opens the file of an upload; the folder is made on the way. @throws Failure storage-full */
  async open(id: string): Promise<PartFile> {
    await mkdir(this.#path, { recursive: true, mode: 0o700 }).catch(refuse);
    const file = await PartFile.open(this.pathOf(id));
    if (file.sizeBytes === 0) await this.#syncNames();
    return file;
  }

  /** A new file is in its folder for good only once the folder is written down too. */
  async #syncNames(): Promise<void> {
    const folder = await open(this.#path, constants.O_RDONLY | constants.O_DIRECTORY);
    await folder.sync().finally(() => folder.close());
  }

  async sizeOf(id: string): Promise<number> {
    return (await lstat(this.pathOf(id)).catch(() => undefined))?.size ?? 0;
  }

  /**
   * Puts the first bytes of an upload into a new file under its name: whoever has the old one open writes into nothing from now on. The new one is shorter
   * where the old one was.
   * @throws Failure storage-full; the old one is still there then
   */
  async renewFile(id: string, sizeBytes: number): Promise<void> {
    if ((await this.sizeOf(id)) === 0) return await rm(this.pathOf(id), { force: true });
    const fresh = freshOf(this.pathOf(id));
    await copyFile(this.pathOf(id), fresh, constants.COPYFILE_FICLONE).catch(refuse);
    const file = await PartFile.open(fresh);
    try {
      if (file.sizeBytes > sizeBytes) await file.cutTo(sizeBytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(fresh, this.pathOf(id));
    await this.#syncNames();
  }

  async remove(id: string): Promise<void> {
    await rm(this.pathOf(id), { force: true });
    await rm(freshOf(this.pathOf(id)), { force: true });
  }

  /** Uploads that there are bytes of. */
  async ids(): Promise<string[]> {
    const names = await readdir(this.#path).catch(() => []); // not made yet: nothing in it
    return names.filter(isId);
  }

  /** Undefined while there is no folder. */
  async freeBytes(): Promise<number | undefined> {
    const room = await statfs(this.#path).catch(() => undefined);
    return room && room.bavail * room.bsize;
  }
}
