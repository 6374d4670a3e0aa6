/** Takes a stream into a temporary file: counted, hashed, on the disk for good before anyone may refer to it. */
import { createHash, randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { addAbortSignal, Readable } from 'node:stream';
import { Failure } from '#contracts';
import type { WriteLimits } from './blob-store.ts';
import { fsFailure } from './fs-failures.ts';

export interface Intake {
  readonly path: string;
  readonly sha256: string;
  readonly sizeBytes: number;
}

/** The caller owns the file from here: it renames or removes it. On failure there is no file. */
export async function takeIn(source: AsyncIterable<Uint8Array> | Readable, folder: string, limits: WriteLimits): Promise<Intake> {
  const stream = source instanceof Readable ? source : Readable.from(source);
  const path = join(folder, randomUUID());
  try {
    limits.signal?.throwIfAborted();
    if (limits.signal) addAbortSignal(limits.signal, stream);
    const file = await openNew(path);
    return { path, ...(await fill(file, stream, limits.maxBytes).finally(() => file.close())) };
  } catch (error) {
    stream.destroy();
    await rm(path, { force: true });
    throw limits.signal?.aborted ? limits.signal.reason : error;
  }
}

const openNew = (path: string): Promise<FileHandle> =>
  open(path, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW, 0o600).catch((error: unknown) => {
    throw fsFailure(error);
  });

async function fill(file: FileHandle, stream: Readable, maxBytes: number): Promise<{ sha256: string; sizeBytes: number }> {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  for await (const chunk of stream as AsyncIterable<Uint8Array>) {
    sizeBytes += chunk.byteLength;
    if (sizeBytes > maxBytes) throw new Failure('payload-too-large', `The file is larger than ${maxBytes} bytes.`);
    hash.update(chunk);
    await writeAll(file, chunk);
  }
  await file.sync().catch(refuse);
  return { sha256: hash.digest('hex'), sizeBytes };
}

async function writeAll(file: FileHandle, chunk: Uint8Array): Promise<void> {
  for (let written = 0; written < chunk.byteLength; ) {
    const { bytesWritten } = await file.write(chunk, written).catch(refuse);
    written += bytesWritten;
  }
}

/** Only our own writing can fill the store: an ENOSPC of the source is the source's. */
const refuse = (error: unknown): never => {
  throw fsFailure(error);
};
