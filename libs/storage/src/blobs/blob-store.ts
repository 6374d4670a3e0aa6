/** Bytes, kept once, named by their SHA-256. Services pass the name; the bytes never cross NATS. */
import type { Readable } from 'node:stream';

export interface StoredBlob {
  /** 64 lower-case hexadecimal digits. */
  readonly sha256: string;
  readonly sizeBytes: number;
  /** True when the same bytes were here already, undamaged. */
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
  /** Must be read to its end or destroyed. It fails where the stored bytes turn out to be damaged. */
  readonly stream: Readable;
  /** Of the whole blob. */
  readonly sizeBytes: number;
  readonly storedAtMs: number;
}

export interface BlobStat {
  readonly sha256: string;
  readonly sizeBytes: number;
  /** When it was stored, or stored again: the grace before a sweep counts from here. */
  readonly storedAtMs: number;
}

export interface SweepRequest {
  /** Blobs stored more recently are left alone: their row may not be committed yet. */
  readonly graceMs: number;
  /** Of these names, the ones that some row refers to. Called with at most 500 at a time, and again just before a removal. */
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
 * Blobs are added and swept, never deleted: nobody can know whether another writer of the same bytes was told that they are stored. Bytes that
 * turn out to be unwanted are left without a reference, and the sweep removes them after their grace.
 */
export interface BlobStore {
  /**
   * Takes all of `source` or nothing: whoever reads a blob sees every byte of it, also after a power cut. Memory stays flat. On any failure
   * and on abort the source is destroyed and nothing is left behind. A blob that is stored already stays as it is; a damaged one is repaired.
   * @throws Failure `payload-too-large` over `maxBytes`, `storage-full` when the store has no room; what `source` threw; the signal's reason
   */
  write(source: AsyncIterable<Uint8Array> | Readable, limits: WriteLimits): Promise<StoredBlob>;

  /**
   * @throws Failure `blob-not-found`; `range-not-satisfiable` when `start` lies at or after the end or `end` before `start`
   */
  openRead(sha256: string, range?: ByteRange): Promise<OpenedBlob>;

  /** Undefined when there is no such blob, or the name is not one. */
  stat(sha256: string): Promise<BlobStat | undefined>;

  /**
   * Lends the blob as a file, for tools that want a path (ffmpeg). Read only, and only until `use` settles: some drivers fetch a copy for it.
   * @throws Failure `blob-not-found`; what `use` threw
   */
  withLocalFile<T>(sha256: string, use: (path: string) => Promise<T>): Promise<T>;

  /** Every blob, in no order; one stored or deleted meanwhile may or may not be among them. */
  list(): AsyncIterable<BlobStat>;

  /** Removes what no row refers to. Safe while others write: a blob stored again meanwhile survives. */
  sweep(request: SweepRequest): Promise<SweepReport>;

  /** How much more fits; undefined where the driver cannot tell. */
  freeBytes(): Promise<number | undefined>;
}

export const isSha256 = (name: string): boolean => /^[0-9a-f]{64}$/.test(name);
