/**
 * A blob store that verifies the SHA-256 of bytes when they are read, so that damaged bytes are never served. Damage is counted, reported, and
 * repaired from a copy if there is one; storing the same bytes again repairs it too.
 *
 * Cost: every read of a whole blob is hashed while it streams. A range cannot be verified alone, so the first read of a range (or the first use as a
 * local file) verifies the whole blob, once per process, version of the file and day; the last bytes of the range are withheld until then.
 */
import { createReadStream } from 'node:fs';
import { pipeline, type Readable } from 'node:stream';
import { Counter, type Registry, register } from 'prom-client';
import { Failure } from '#contracts';
import type { BlobStat, BlobStore, ByteRange, OpenedBlob, StoredBlob, SweepReport, SweepRequest, WriteLimits } from './blob-store.ts';
import { DigestCheckStream, sha256OfStream } from './digest-stream.ts';
import { errorCode } from './fs-failures.ts';

export type IntegrityResult = 'intact' | 'repaired' | 'damaged' | 'missing';

export interface DamageReport {
  readonly sha256: string;
  readonly sizeBytes: number;
  /** Whether it was repaired from a copy. */
  readonly repaired: boolean;
}

export interface VerifiedBlobStoreOptions {
  /** Other stores with the same blobs, tried in this order for a repair. */
  readonly copies?: readonly BlobStore[];
  readonly onDamage?: (report: DamageReport) => void;
  /** False for a store that verifies its bytes itself, as buckets do: reading a large object for one range costs more than it is worth. */
  readonly verifyRanges?: boolean;
  readonly registry?: Registry;
}

/** Identifies the stored file; a different size or time means that it was stored again. */
interface Version {
  readonly sizeBytes: number;
  readonly storedAtMs: number;
}

/** A process caches this many verification results (about 2 MB) for a day; the integrity check finds later damage. */
const maxVerified = 10_000;
const verifiedTtlMs = 86_400_000;

export class VerifiedBlobStore implements BlobStore {
  readonly #store: BlobStore;
  readonly #options: VerifiedBlobStoreOptions;
  /** In the order of verification, oldest first. */
  readonly #verified = new Map<string, Version & { readonly verifiedAtMs: number }>();
  readonly #checks = new Map<string, Promise<IntegrityResult>>();
  readonly #damaged: Counter;

  constructor(store: BlobStore, options: VerifiedBlobStoreOptions = {}) {
    this.#store = store;
    this.#options = options;
    this.#damaged = damageCounter(options.registry ?? register);
  }

  write(source: AsyncIterable<Uint8Array> | Readable, limits: WriteLimits): Promise<StoredBlob> {
    return this.#store.write(source, limits);
  }

  /** @throws Failure `file-lost` also for damaged bytes */
  async openRead(sha256: string, range: ByteRange = {}): Promise<OpenedBlob> {
    const opened = await this.#store.openRead(sha256, range);
    if (isWhole(range, opened.sizeBytes)) return withDigestCheck(opened, (digest) => this.#verify(sha256, opened, digest));
    if (this.#options.verifyRanges === false || this.#isIntact(sha256, opened)) return opened;
    const result = this.check(sha256); // runs in parallel to the read
    return withDigestCheck(opened, async () => throwUnlessIntact((await result) === 'intact', sha256));
  }

  async withLocalFile<T>(sha256: string, use: (path: string) => Promise<T>): Promise<T> {
    const version = await this.#store.stat(sha256);
    return this.#store.withLocalFile(sha256, async (path) => {
      if (!version || !this.#isIntact(sha256, version))
        await this.#verify(sha256, version ?? unknownVersion, await digestOf(createReadStream(path)));
      return use(path);
    });
  }

  /** Reads a whole blob and repairs it if necessary; concurrent calls share one read. */
  check(sha256: string): Promise<IntegrityResult> {
    const running = this.#checks.get(sha256);
    if (running) return running;
    const check = this.#check(sha256).finally(() => this.#checks.delete(sha256));
    this.#checks.set(sha256, check); // bounded by the number of waiting requests
    return check;
  }

  stat(sha256: string): Promise<BlobStat | undefined> {
    return this.#store.stat(sha256);
  }

  list(): AsyncIterable<BlobStat> {
    return this.#store.list();
  }

  sweep(request: SweepRequest): Promise<SweepReport> {
    return this.#store.sweep(request);
  }

  freeBytes(): Promise<number | undefined> {
    return this.#store.freeBytes();
  }

  async #check(sha256: string): Promise<IntegrityResult> {
    const opened = await this.#store.openRead(sha256).catch(orWhenNotFound);
    if (!opened) return 'missing';
    const digest = await digestOf(opened.stream);
    if (digest === sha256) {
      this.#cacheVerified(sha256, opened);
      return 'intact';
    }
    return (await this.#damage(sha256, opened)) ? 'repaired' : 'damaged';
  }

  /** @throws Failure `file-lost` for damaged bytes, also when they were repaired, because the bytes of this read are wrong */
  async #verify(sha256: string, version: Version, digest: string): Promise<void> {
    if (digest === sha256) return this.#cacheVerified(sha256, version);
    await this.#damage(sha256, version);
    throwUnlessIntact(false, sha256);
  }

  #isIntact(sha256: string, { sizeBytes, storedAtMs }: Version): boolean {
    const known = this.#verified.get(sha256);
    return known?.sizeBytes === sizeBytes && known.storedAtMs === storedAtMs && performance.now() - known.verifiedAtMs < verifiedTtlMs;
  }

  #cacheVerified(sha256: string, { sizeBytes, storedAtMs }: Version): void {
    this.#verified.delete(sha256);
    this.#verified.set(sha256, { sizeBytes, storedAtMs, verifiedAtMs: performance.now() });
    const [oldest] = this.#verified.size > maxVerified ? this.#verified.keys() : [];
    if (oldest !== undefined) this.#verified.delete(oldest);
  }

  async #damage(sha256: string, { sizeBytes }: Version): Promise<boolean> {
    this.#verified.delete(sha256);
    const repaired = await this.#repair(sha256);
    this.#damaged.inc({ repaired: String(repaired) });
    this.#options.onDamage?.({ sha256, sizeBytes, repaired });
    return repaired;
  }

  async #repair(sha256: string): Promise<boolean> {
    for (const copy of this.#options.copies ?? []) {
      if (await this.#repairFrom(copy, sha256).catch(() => false)) return true; // this copy is unavailable or damaged too: try the next one
    }
    return false;
  }

  async #repairFrom(copy: BlobStore, sha256: string): Promise<boolean> {
    const { stream, sizeBytes } = await new VerifiedBlobStore(copy, { registry: this.#options.registry ?? register }).openRead(sha256);
    return (await this.#store.write(stream, { maxBytes: sizeBytes })).sha256 === sha256;
  }
}

const unknownVersion: Version = { sizeBytes: 0, storedAtMs: 0 };

const isWhole = ({ start = 0, end = Number.POSITIVE_INFINITY }: ByteRange, sizeBytes: number) => start === 0 && end >= sizeBytes - 1;

function withDigestCheck(opened: OpenedBlob, verify: (sha256: string) => Promise<void>): OpenedBlob {
  const checked = new DigestCheckStream(verify);
  pipeline(opened.stream, checked, () => {}); // an error or a destroy of one stream destroys the other; the reader sees the error of `checked`
  return { ...opened, stream: checked };
}

/** A block that the disk cannot read counts as damaged. */
const digestOf = (stream: Readable): Promise<string> =>
  sha256OfStream(stream).catch((error: unknown) => {
    if (errorCode(error) === 'EIO') return 'unreadable';
    throw error;
  });

function throwUnlessIntact(isIntact: boolean, sha256: string): void {
  if (isIntact) return;
  throw new Failure('file-lost', `The stored bytes of blob ${sha256} are damaged; uploading the same file again repairs them.`);
}

function orWhenNotFound(error: unknown): undefined {
  if (!(error instanceof Failure) || error.code !== 'file-lost') throw error;
}

const name = 'blobs_damaged_total';
function damageCounter(registry: Registry): Counter {
  const known = registry.getSingleMetric(name) as Counter | undefined;
  if (known) return known;
  const counter = new Counter({
    name,
    help: 'Blobs whose bytes were not the ones of their name when they were read, by whether a copy could repair them.',
    labelNames: ['repaired'],
    registers: [registry],
  });
  for (const repaired of ['true', 'false']) counter.inc({ repaired }, 0);
  return counter;
}
