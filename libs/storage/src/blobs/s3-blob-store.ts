/**
 * Blobs as objects of a bucket, AWS's or any that speaks its protocol with read-after-write consistency: `blobs/<sha256>`, taken in under
 * `incoming/`. A sweep says in `leaving/` which blob it is about to delete. Whoever stores the same bytes meanwhile waits for its verdict.
 * Storing bytes that are there already puts the same object once more: that renews its time and repairs it, and no reader sees a difference.
 */
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { S3Client } from '@aws-sdk/client-s3';
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
import { blobNotFound, fsFailure } from './fs-failures.ts';
import { S3Bucket } from './s3-bucket.ts';
import { type S3Intake, takeIntoBucket } from './s3-intake.ts';
import { sweepBlobs } from './sweep.ts';

/** Longer than a sweep takes between its announcement and the deletion: an older one is of a sweep that died. */
const verdictWithinMs = 60_000;
const lookAgainAfterMs = 200;
/** Counts from the beginning of an upload in parts, which may take an hour; an object that is older belongs to a process that died. */
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
    const intake = await takeIntoBucket(source, this.#bucket, 'incoming', limits);
    try {
      const deduplicated = await this.#keep(intake, limits.signal);
      return { sha256: intake.sha256, sizeBytes: intake.sizeBytes, deduplicated };
    } finally {
      if (typeof intake.held === 'string') await this.#bucket.delete(intake.held).catch(() => undefined); // left to the sweep
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

  /** Fetches a copy into the folder for temporary files. */
  async withLocalFile<T>(sha256: string, use: (path: string) => Promise<T>): Promise<T> {
    const { stream } = await this.openRead(sha256);
    const folder = await mkdtemp(join(tmpdir(), 'rafaga-blob-'));
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
    await this.#clear('leaving', verdictWithinMs);
    return sweepBlobs(this.list(), request, (blob) => this.#removeUnlessWanted(blob, request));
  }

  /** A bucket says nothing about its room. */
  async freeBytes(): Promise<undefined> {}

  /**
   * Announced first, then a second look: who stored the blob again before the look made it young, and who does so after it finds the announcement
   * and looks once more when it is gone.
   */
  async #removeUnlessWanted({ sha256 }: BlobStat, { graceMs, referenced }: SweepRequest): Promise<boolean> {
    const announcement = `leaving/${sha256}`;
    const announcedAt = performance.now();
    await this.#bucket.put(announcement, new Uint8Array());
    try {
      const found = await this.stat(sha256);
      if (!found || Date.now() - found.storedAtMs < graceMs || (await referenced([sha256])).has(sha256)) return false;
      if (performance.now() - announcedAt > verdictWithinMs / 2) return false; // so slow that others may have stopped waiting
      await this.#bucket.delete(keyOf(sha256));
      return true;
    } finally {
      await this.#bucket.delete(announcement);
    }
  }

  /** @returns true when the same bytes were here already */
  async #keep(intake: S3Intake, signal: AbortSignal | undefined): Promise<boolean> {
    const { sha256, sizeBytes } = intake;
    const waitUntil = performance.now() + 2 * verdictWithinMs;
    const isHere = async () => (await this.stat(sha256))?.sizeBytes === sizeBytes;
    const deduplicated = await isHere();
    for (;;) {
      await this.#place(intake, signal);
      while (await this.#isLeaving(sha256)) {
        if (performance.now() > waitUntil) throw new Failure('overloaded', 'The store is being swept.', { retryAfterSeconds: 5 });
        await delay(lookAgainAfterMs, undefined, signal ? { signal } : {});
      }
      if (await isHere()) return deduplicated;
    }
  }

  async #place({ sha256, held }: S3Intake, signal: AbortSignal | undefined): Promise<void> {
    if (typeof held !== 'string') await this.#bucket.put(keyOf(sha256), held, signal);
    else if (!(await this.#bucket.copy(held, keyOf(sha256)))) throw new Failure('internal', 'An upload vanished while it was stored.');
  }

  async #isLeaving(sha256: string): Promise<boolean> {
    const announced = await this.#bucket.stat(`leaving/${sha256}`);
    return announced !== undefined && Date.now() - announced.storedAtMs < verdictWithinMs;
  }

  async #clear(folder: string, olderThanMs: number): Promise<void> {
    for await (const { name, storedAtMs } of this.#bucket.list(folder))
      if (Date.now() - storedAtMs > olderThanMs) await this.#bucket.delete(`${folder}/${name}`);
  }
}

const keyOf = (sha256: string) => `blobs/${sha256}`;

/**
 * @param url `s3://bucket/prefix?region=…&endpoint=https://…&forcePathStyle=true`; without an endpoint AWS's own
 * @param credentials absent: whatever the SDK finds (a role of the machine or of the pod)
 * @throws RangeError when no bucket is named
 */
export function openS3BlobStore(url: URL, credentials: S3Credentials | undefined): S3BlobStore {
  const { hostname: bucket, pathname, searchParams } = url;
  if (!bucket) throw new RangeError('an s3:// URL names its bucket: s3://bucket/prefix');
  const endpoint = searchParams.get('endpoint');
  const client = new S3Client({
    region: searchParams.get('region') ?? 'us-east-1',
    forcePathStyle: searchParams.get('forcePathStyle') === 'true',
    ...(endpoint ? { endpoint } : {}),
    ...(credentials ? { credentials } : {}),
    requestChecksumCalculation: 'WHEN_REQUIRED', // stores other than AWS's refuse the newer default
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: { connectionTimeout: 5_000, requestTimeout: 30_000 },
  });
  const prefix = pathname.replace(/^\/+|\/+$/g, '');
  return new S3BlobStore(new S3Bucket(client, bucket, prefix ? `${prefix}/` : ''));
}
