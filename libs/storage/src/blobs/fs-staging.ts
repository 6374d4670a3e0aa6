/** Writes a stream to a temporary file: limits its size, computes its SHA-256 and flushes it to disk. */
import { createHash, randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { addAbortSignal, Readable } from 'node:stream';
import { Failure } from '#contracts';
import type { WriteLimits } from './blob-store.ts';
import { fsFailure } from './fs-failures.ts';

export interface StagedFile {
  readonly path: string;
  readonly sha256: string;
  readonly sizeBytes: number;
}

/** The caller must rename or remove the file. On failure no file is left. */
export async function stageFile(source: AsyncIterable<Uint8Array> | Readable, folder: string, limits: WriteLimits): Promise<StagedFile> {
  const stream = source instanceof Readable ? source : Readable.from(source);
  const path = join(folder, randomUUID());
  try {
    limits.signal?.throwIfAborted();
    if (limits.signal) addAbortSignal(limits.signal, stream);
    const file = await createFile(path);
    return { path, ...(await writeStream(file, stream, limits.maxBytes).finally(() => file.close())) };
  } catch (error) {
    stream.destroy();
    await rm(path, { force: true });
    throw limits.signal?.aborted ? limits.signal.reason : error;
  }
}

const createFile = (path: string): Promise<FileHandle> =>
  open(path, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW, 0o600).catch((error: unknown) => {
    throw fsFailure(error);
  });

async function writeStream(file: FileHandle, stream: Readable, maxBytes: number): Promise<{ sha256: string; sizeBytes: number }> {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  for await (const chunk of stream as AsyncIterable<Uint8Array>) {
    sizeBytes += chunk.byteLength;
    if (sizeBytes > maxBytes) throw new Failure('payload-too-large', `The file is larger than ${maxBytes} bytes.`);
    hash.update(chunk);
    await writeAll(file, chunk);
  }
  await file.sync().catch(throwFsFailure);
  return { sha256: hash.digest('hex'), sizeBytes };
}

async function writeAll(file: FileHandle, chunk: Uint8Array): Promise<void> {
  for (let written = 0; written < chunk.byteLength; ) {
    const { bytesWritten } = await file.write(chunk, written).catch(throwFsFailure);
    written += bytesWritten;
  }
}

/** Applied to errors of writes only: an ENOSPC of the source does not mean that the store is full. */
const throwFsFailure = (error: unknown): never => {
  throw fsFailure(error);
};
