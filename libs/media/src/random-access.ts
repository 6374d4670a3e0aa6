/** Random access to a file with a window of 64 KiB in memory, whatever the size of the file. */
import { type FileHandle, open } from 'node:fs/promises';

export interface RandomAccess {
  readonly sizeBytes: number;
  /** Reads the bytes from `offset` on; fewer than requested, or none, at the end of the file. The result stays valid; do not write to it. */
  read(offset: number, lengthBytes: number): Promise<Buffer>;
}

const windowBytes = 64 << 10;

/** Caches the last window read, because headers are read in small steps. */
class OpenFile implements RandomAccess {
  readonly sizeBytes: number;
  readonly #handle: FileHandle;
  #window = Buffer.alloc(0);
  #windowAt = 0;

  constructor(handle: FileHandle, sizeBytes: number) {
    this.#handle = handle;
    this.sizeBytes = sizeBytes;
  }

  async read(offset: number, lengthBytes: number): Promise<Buffer> {
    const from = Math.max(0, Math.min(offset, this.sizeBytes));
    const length = Math.max(0, Math.min(lengthBytes, this.sizeBytes - from));
    const held = from >= this.#windowAt && from + length <= this.#windowAt + this.#window.length;
    if (!held) await this.#fetch(from, Math.max(length, windowBytes));
    return this.#window.subarray(from - this.#windowAt, from - this.#windowAt + length);
  }

  async #fetch(at: number, lengthBytes: number): Promise<void> {
    const window = Buffer.alloc(Math.min(lengthBytes, this.sizeBytes - at));
    let filled = 0;
    while (filled < window.length) {
      const { bytesRead } = await this.#handle.read(window, filled, window.length - filled, at + filled);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    this.#window = window.subarray(0, filled);
    this.#windowAt = at;
  }
}

/**
 * Opens a regular file, calls `use` and closes the file.
 *
 * @throws RangeError when the path is not a regular file
 */
export async function withFile<T>(path: string, use: (file: RandomAccess) => Promise<T>): Promise<T> {
  const handle = await open(path, 'r');
  try {
    const stat = await handle.stat();
    if (!stat.isFile()) throw new RangeError('not a regular file');
    return await use(new OpenFile(handle, stat.size));
  } finally {
    await handle.close();
  }
}

/** Random access to bytes in memory. */
export const inMemory = (bytes: Buffer): RandomAccess => ({
  sizeBytes: bytes.length,
  read: (offset, lengthBytes) => Promise.resolve(bytes.subarray(Math.max(0, offset), Math.max(0, offset + lengthBytes))),
});
