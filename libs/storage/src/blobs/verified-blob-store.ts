/**
 * A blob store whose bytes are compared with their name whenever they are read: nobody gets damaged bytes as if they were good. Damage is counted,
 * reported, and repaired from a copy where there is one; storing the same bytes again repairs it too.
 *
 * What it costs: a whole read is hashed while it streams, each time. A part cannot be verified by itself, so the first read of a part (or the first use
 * as a local file) verifies the whole blob, once per process, version of the file and day; its last bytes are held back until then.
 */
import { createReadStream } from 'node:fs';
import { pipeline, type Readable } from 'node:stream';
import { Counter, type Registry, register } from 'prom-client';
import { Failure } from '#contracts';
import type { BlobStat, BlobStore, ByteRange, OpenedBlob, StoredBlob, SweepReport, SweepRequest, WriteLimits } from './blob-store.ts';
import { ContentGate } from './content-gate.ts';
import { errorCode } from './fs-failures.ts';
import { sha256OfStream } from './sha256-of-stream.ts';

export type BlobVerdict = 'intact' | 'repaired' | 'damaged' | 'missing';

export interface DamageReport {
  readonly sha256: string;
  readonly sizeBytes: number;
  /** Whether one of the copies had the right bytes. */
  readonly repaired: boolean;
}

export interface VerifiedBlobStoreOptions {
  /** Other stores that may hold the same blobs, asked in this order for a repair. */
  readonly copies?: readonly BlobStore[];
  readonly onDamage?: (report: DamageReport) => void;
  /** False for a store that verifies its own bytes at rest, as buckets do: reading all of a large object for one part would cost more than it finds. */
  readonly verifiesParts?: boolean;
  readonly registry?: Registry;
}

/** Which file it was: another size or time means that it was stored anew. */
interface Version {
  readonly sizeBytes: number;
  readonly storedAtMs: number;
}

/** A process remembers this many verified blobs (about 2 MB) for a day; disks that change bytes later are found by the integrity check. */
const rememberedMax = 10_000;
const rememberedMs = 86_400_000;

export class VerifiedBlobStore implements BlobStore {
  readonly #store: BlobStore;
  readonly #options: VerifiedBlobStoreOptions;
  /** By the time of their verification, oldest first. */
  readonly #intact = new Map<string, Version & { readonly verifiedAtMs: number }>();
  readonly #checks = new Map<string, Promise<BlobVerdict>>();
  readonly #damaged: Counter;

  constructor(store: BlobStore, options: VerifiedBlobStoreOptions = {}) {
    this.#store = store;
    this.#options = options;
    this.#damaged = damageCounter(options.registry ?? register);
  }

  write(source: AsyncIterable<Uint8Array> | Readable, limits: WriteLimits): Promise<StoredBlob> {
    return this.#store.write(source, limits);
  }

  /** @throws Failure also `blob-not-found` where the bytes are known to be damaged */
  async openRead(sha256: string, range: ByteRange = {}): Promise<OpenedBlob> {
    const opened = await this.#store.openRead(sha256, range);
    if (isWhole(range, opened.sizeBytes)) return gated(opened, (digest) => this.#judge(sha256, opened, digest));
    if (this.#options.verifiesParts === false || this.#isIntact(sha256, opened)) return opened;
    const verdict = this.check(sha256); // beside the reading
    return gated(opened, async () => refuseUnless((await verdict) === 'intact', sha256));
  }

  async withLocalFile<T>(sha256: string, use: (path: string) => Promise<T>): Promise<T> {
    const version = await this.#store.stat(sha256);
    return this.#store.withLocalFile(sha256, async (path) => {
      if (!version || !this.#isIntact(sha256, version))
        await this.#judge(sha256, version ?? nowhere, await digestOf(createReadStream(path)));
      return use(path);
    });
  }

  /** Reads all of a blob and repairs it if need be; calls at the same time share one reading. */
  check(sha256: string): Promise<BlobVerdict> {
    const running = this.#checks.get(sha256);
    if (running) return running;
    const check = this.#check(sha256).finally(() => this.#checks.delete(sha256));
    this.#checks.set(sha256, check); // bounded by the requests that wait for it
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

  async #check(sha256: string): Promise<BlobVerdict> {
    const opened = await this.#store.openRead(sha256).catch(orWhenNotFound);
    if (!opened) return 'missing';
    const digest = await digestOf(opened.stream);
    if (digest === sha256) {
      this.#remember(sha256, opened);
      return 'intact';
    }
    return (await this.#damage(sha256, opened)) ? 'repaired' : 'damaged';
  }

  /** @throws Failure `blob-not-found` for damaged bytes, after they were repaired if possible: what was read is wrong all the same */
  async #judge(sha256: string, version: Version, digest: string): Promise<void> {
    if (digest === sha256) return this.#remember(sha256, version);
    await this.#damage(sha256, version);
    refuseUnless(false, sha256);
  }

  #isIntact(sha256: string, { sizeBytes, storedAtMs }: Version): boolean {
    const known = this.#intact.get(sha256);
    return known?.sizeBytes === sizeBytes && known.storedAtMs === storedAtMs && performance.now() - known.verifiedAtMs < rememberedMs;
  }

  #remember(sha256: string, { sizeBytes, storedAtMs }: Version): void {
    this.#intact.delete(sha256);
    this.#intact.set(sha256, { sizeBytes, storedAtMs, verifiedAtMs: performance.now() });
    const [oldest] = this.#intact.size > rememberedMax ? this.#intact.keys() : [];
    if (oldest !== undefined) this.#intact.delete(oldest);
  }

  async #damage(sha256: string, { sizeBytes }: Version): Promise<boolean> {
    this.#intact.delete(sha256);
    const repaired = await this.#repair(sha256);
    this.#damaged.inc({ repaired: String(repaired) });
    this.#options.onDamage?.({ sha256, sizeBytes, repaired });
    return repaired;
  }

  async #repair(sha256: string): Promise<boolean> {
    for (const copy of this.#options.copies ?? []) {
      if (await this.#repairFrom(copy, sha256).catch(() => false)) return true; // this copy is away or damaged too: the next one
    }
    return false;
  }

  async #repairFrom(copy: BlobStore, sha256: string): Promise<boolean> {
    const { stream, sizeBytes } = await new VerifiedBlobStore(copy, { registry: this.#options.registry ?? register }).openRead(sha256);
    return (await this.#store.write(stream, { maxBytes: sizeBytes })).sha256 === sha256;
  }
}

const nowhere: Version = { sizeBytes: 0, storedAtMs: 0 };

const isWhole = ({ start = 0, end = Number.POSITIVE_INFINITY }: ByteRange, sizeBytes: number) => start === 0 && end >= sizeBytes - 1;

function gated(opened: OpenedBlob, allow: (sha256: string) => Promise<void>): OpenedBlob {
  const gate = new ContentGate(allow);
  pipeline(opened.stream, gate, () => {}); // either one that fails or is destroyed takes the other along; the reader hears of it from the gate
  return { ...opened, stream: gate };
}

/** A disk that cannot read a block has damaged it. */
const digestOf = (stream: Readable): Promise<string> =>
  sha256OfStream(stream).catch((error: unknown) => {
    if (errorCode(error) === 'EIO') return 'unreadable';
    throw error;
  });

function refuseUnless(isIntact: boolean, sha256: string): void {
  if (isIntact) return;
  throw new Failure('blob-not-found', `The stored bytes of blob ${sha256} are damaged; uploading the same file again repairs them.`);
}

function orWhenNotFound(error: unknown): undefined {
  if (!(error instanceof Failure) || error.code !== 'blob-not-found') throw error;
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
