/** Content-addressed storage: bytes are stored once and named by their SHA-256. Services pass the name; the bytes are never sent over NATS. */
import type { Readable } from 'node:stream';
import { Failure } from '#contracts';

export interface StoredBlob {
  /** 64 lower-case hexadecimal digits. */
  readonly sha256: string;
  readonly sizeBytes: number;
  /** True when the same bytes were already stored, undamaged. */
  readonly deduplicated: boolean;
}

export interface WriteLimits {
  readonly maxBytes: number;
  readonly signal?: AbortSignal | undefined;
}

/** Bytes `start` to `end`, both counted from 0 and both included, as in an HTTP Range. */
export interface ByteRange {
  readonly start?: number | undefined;
  readonly end?: number | undefined;
}

export interface OpenedBlob {
  /** Must be read to its end or destroyed. Fails when the stored bytes are damaged. */
  readonly stream: Readable;
  /** Size of the whole blob. */
  readonly sizeBytes: number;
  readonly storedAtMs: number;
}

export interface BlobStat {
  readonly sha256: string;
  readonly sizeBytes: number;
  /** When it was stored or stored again; its grace period starts here. */
  readonly storedAtMs: number;
}

export interface SweepRequest {
  /** Blobs stored more recently are kept: their reference may not be committed yet. */
  readonly graceMs: number;
  /** Returns those of these blobs that have a reference. Called with at most 500 names, and again just before a removal. */
  readonly referenced: (sha256s: readonly string[]) => Promise<ReadonlySet<string>>;
  readonly signal?: AbortSignal | undefined;
}

export interface SweepReport {
  readonly removed: number;
  readonly removedBytes: number;
  readonly kept: number;
  readonly keptBytes: number;
}

/**
 * Blobs are added and swept, never deleted directly, because another writer may have stored the same bytes. Unwanted bytes are left without a
 * reference, and the sweep removes them after their grace period.
 */
export interface BlobStore {
  /**
   * Stores all of `source` atomically, also across a power failure, with constant memory. On a failure and on abort the source is destroyed and nothing
   * is stored. An existing blob is kept; a damaged one is repaired.
   * @throws Failure `payload-too-large` over `maxBytes`, `storage-full` when the store is full; the error of `source`; the reason of the signal
   */
  write(source: AsyncIterable<Uint8Array> | Readable, limits: WriteLimits): Promise<StoredBlob>;

  /**
   * @throws Failure `file-lost`; `range-not-satisfiable` when `start` lies at or after the end or `end` before `start`
   */
  openRead(sha256: string, range?: ByteRange): Promise<OpenedBlob>;

  /** Undefined for an unknown blob or an invalid name. */
  stat(sha256: string): Promise<BlobStat | undefined>;

  /**
   * Provides the blob as a local file, for tools that need a path (ffmpeg). The file is read-only and valid until `use` settles: some drivers
   * download a temporary copy.
   * @throws Failure `file-lost`; the error of `use`
   */
  withLocalFile<T>(sha256: string, use: (path: string) => Promise<T>): Promise<T>;

  /** Lists every blob, in no order; a blob stored or removed meanwhile may or may not be included. */
  list(): AsyncIterable<BlobStat>;

  /** Removes blobs without a reference. Safe during writes: a blob that is stored again meanwhile is kept. */
  sweep(request: SweepRequest): Promise<SweepReport>;

  /** Free space; undefined when the driver cannot measure it. */
  freeBytes(): Promise<number | undefined>;
}

export const isSha256 = (name: string): boolean => /^[0-9a-f]{64}$/.test(name);

/** @throws Failure `range-not-satisfiable` when `start` is negative, at or after the end, or greater than `end` */
export function clampRange({ start = 0, end = Number.MAX_SAFE_INTEGER }: ByteRange, sizeBytes: number): { start: number; end: number } {
  const isPastEnd = start > 0 && start >= sizeBytes;
  if (isPastEnd || start < 0 || end < start) throw new Failure('range-not-satisfiable', `The file has ${sizeBytes} bytes.`);
  return { start, end: Math.min(end, sizeBytes - 1) };
}
