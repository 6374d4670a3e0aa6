/**
 * Blobs as objects of a bucket (AWS S3 or a compatible store with read-after-write consistency): `blobs/<sha256>`, staged in `incoming/`. Before a
 * sweep deletes a blob it writes a marker to `leaving/`; a writer of the same bytes waits until the marker is gone. Storing existing bytes puts the
 * same object again, which renews its time and repairs it.
 */
import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { S3Client } from '@aws-sdk/client-s3';
import { Failure } from '#contracts';
import { makeScratchFolder } from '../scratch-folder.ts';
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
import { blobNotFound, fsFailure } from './fs-failures.ts';
import { S3Bucket } from './s3-bucket.ts';
import { type StagedObject, stageInBucket } from './s3-staging.ts';
import { sweepBlobs } from './sweep.ts';

/** Longer than a sweep takes between its marker and the deletion: an older marker is left over from an interrupted sweep. */
const markerTtlMs = 60_000;
const markerPollMs = 200;
/** Measured from the start of a multipart upload, which may take an hour; an older staging object belongs to a process that ended. */
const staleAfterMs = 6 * 3_600_000;

export interface S3Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string | undefined;
}

export class S3BlobStore implements BlobStore {
  readonly #bucket: S3Bucket;

  constructor(bucket: S3Bucket) {
    this.#bucket = bucket;
  }

  async write(source: AsyncIterable<Uint8Array> | Readable, limits: WriteLimits): Promise<StoredBlob> {
    const staged = await stageInBucket(source, this.#bucket, 'incoming', limits);
    try {
      const deduplicated = await this.#publish(staged, limits.signal);
      return { sha256: staged.sha256, sizeBytes: staged.sizeBytes, deduplicated };
    } finally {
      if (typeof staged.content === 'string') await this.#bucket.delete(staged.content).catch(() => undefined); // left to the sweep
    }
  }

  async openRead(sha256: string, range: ByteRange = {}): Promise<OpenedBlob> {
    const found = await this.stat(sha256);
    if (!found) throw blobNotFound(sha256);
    const wanted = clampRange(range, found.sizeBytes);
    const { sizeBytes, storedAtMs } = found;
    if (sizeBytes === 0) return { stream: Readable.from([], { objectMode: false }), sizeBytes, storedAtMs };
    const stream = await this.#bucket.read(keyOf(sha256), wanted);
    if (!stream) throw blobNotFound(sha256);
    return { stream, sizeBytes, storedAtMs };
  }

  async stat(sha256: string): Promise<BlobStat | undefined> {
    const found = isSha256(sha256) ? await this.#bucket.stat(keyOf(sha256)) : undefined;
    return found && { sha256, sizeBytes: found.sizeBytes, storedAtMs: found.storedAtMs };
  }

  /** Downloads a copy into the folder for temporary files. */
  async withLocalFile<T>(sha256: string, use: (path: string) => Promise<T>): Promise<T> {
    const { stream } = await this.openRead(sha256);
    const folder = await makeScratchFolder();
    const path = join(folder, sha256);
    try {
      await pipeline(stream, createWriteStream(path, { mode: 0o600 })).catch((error: unknown) => {
        throw fsFailure(error);
      });
      return await use(path);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  async *list(): AsyncIterable<BlobStat> {
    for await (const { name, sizeBytes, storedAtMs } of this.#bucket.list('blobs'))
      if (isSha256(name)) yield { sha256: name, sizeBytes, storedAtMs };
  }

  async sweep(request: SweepRequest): Promise<SweepReport> {
    await this.#clear('incoming', staleAfterMs);
    await this.#clear('leaving', markerTtlMs);
    return sweepBlobs(this.list(), request, (blob) => this.#removeUnlessReferenced(blob, request));
  }

  /** A bucket does not report its free space. */
  async freeBytes(): Promise<undefined> {}

  /**
   * Writes the marker first and then checks the blob again. A writer that stored the blob before the check has renewed its time; a later writer finds
   * the marker and checks the blob again when the marker is gone.
   */
  async #removeUnlessReferenced({ sha256 }: BlobStat, { graceMs, referenced }: SweepRequest): Promise<boolean> {
    const marker = `leaving/${sha256}`;
    const markedAtMs = performance.now();
    await this.#bucket.put(marker, new Uint8Array());
    try {
      const found = await this.stat(sha256);
      if (!found || Date.now() - found.storedAtMs < graceMs || (await referenced([sha256])).has(sha256)) return false;
      if (performance.now() - markedAtMs > markerTtlMs / 2) return false; // so slow that writers may have stopped waiting
      await this.#bucket.delete(keyOf(sha256));
      return true;
    } finally {
      await this.#bucket.delete(marker);
    }
  }

  /** @returns true when the same bytes were already stored */
  async #publish(staged: StagedObject, signal: AbortSignal | undefined): Promise<boolean> {
    const { sha256, sizeBytes } = staged;
    const waitUntil = performance.now() + 2 * markerTtlMs;
    const exists = async () => (await this.stat(sha256))?.sizeBytes === sizeBytes;
    const deduplicated = await exists();
    for (;;) {
      await this.#putObject(staged, signal);
      while (await this.#isMarked(sha256)) {
        if (performance.now() > waitUntil) throw new Failure('overloaded', 'The store is being swept.', { retryAfterSeconds: 5 });
        await delay(markerPollMs, undefined, signal ? { signal } : {});
      }
      if (await exists()) return deduplicated;
    }
  }

  async #putObject({ sha256, content }: StagedObject, signal: AbortSignal | undefined): Promise<void> {
    if (typeof content !== 'string') await this.#bucket.put(keyOf(sha256), content, signal);
    else if (!(await this.#bucket.copy(content, keyOf(sha256)))) throw new Failure('internal', 'The staged upload no longer exists.');
  }

  async #isMarked(sha256: string): Promise<boolean> {
    const marker = await this.#bucket.stat(`leaving/${sha256}`);
    return marker !== undefined && Date.now() - marker.storedAtMs < markerTtlMs;
  }

  async #clear(folder: string, olderThanMs: number): Promise<void> {
    for await (const { name, storedAtMs } of this.#bucket.list(folder))
      if (Date.now() - storedAtMs > olderThanMs) await this.#bucket.delete(`${folder}/${name}`);
  }
}

const keyOf = (sha256: string) => `blobs/${sha256}`;

/**
 * @param url `s3://bucket/prefix?region=…&endpoint=https://…&forcePathStyle=true`; default endpoint: AWS
 * @param credentials default: the credential chain of the SDK (role of the machine or the pod)
 * @throws RangeError without a bucket name
 */
export function openS3BlobStore(url: URL, credentials: S3Credentials | undefined): S3BlobStore {
  const { hostname: bucket, pathname, searchParams } = url;
  if (!bucket) throw new RangeError('missing bucket name; expected s3://bucket/prefix');
  const endpoint = searchParams.get('endpoint');
  const client = new S3Client({
    region: searchParams.get('region') ?? 'us-east-1',
    forcePathStyle: searchParams.get('forcePathStyle') === 'true',
    ...(endpoint ? { endpoint } : {}),
    ...(credentials ? { credentials } : {}),
    requestChecksumCalculation: 'WHEN_REQUIRED', // S3-compatible stores reject the newer default
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: { connectionTimeout: 5_000, requestTimeout: 30_000 },
  });
  const prefix = pathname.replace(/^\/+|\/+$/g, '');
  return new S3BlobStore(new S3Bucket(client, bucket, prefix ? `${prefix}/` : ''));
}
