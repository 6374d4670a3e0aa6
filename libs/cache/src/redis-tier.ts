import { randomBytes } from 'node:crypto';
import type { RedisClient } from '#storage';
import type { ColdEntry } from './cold-tier.ts';
import type { CompressionOptions } from './compression.ts';
import { deadAtOf, type Entry, idBytes, idOf, type SealedEntry, type Stamp, seal, unseal } from './envelope.ts';
import type { Invalidation } from './invalidation.ts';
import { isReply, RedisGuard, type Unavailable } from './redis-guard.ts';
import type { EntryKey, RedisKeys } from './redis-keys.ts';
import * as scripts from './redis-scripts.ts';

/** Longer than any entry lives; losing a generation earlier only turns its entries into misses. */
const generationSeconds = 30 * 24 * 3_600;
const logEntries = 4_096;

export interface RedisRead {
  readonly found: SealedEntry | undefined;
  /** The stamp for an entry loaded from now on. */
  readonly stamp: Stamp;
  /** Id of the unusable entry in Redis (invalidated, expired or corrupt) that may be replaced; '' when there is none. */
  readonly replaceableId: Buffer;
  /** Id of the valid copy in the cold tier; undefined when there is none, or none is needed. */
  readonly coldId?: Buffer | undefined;
}

export type LeaseAnswer = 'mine' | 'other' | 'filled';

/** The second tier: one Redis for all instances of a service. Every answer may be `RedisGuard.unavailable`. */
export class RedisTier {
  readonly guard: RedisGuard;
  readonly #keys: RedisKeys;
  readonly #now: () => number;
  readonly #maxValueBytes: number;
  readonly #hasCold: boolean;
  readonly #onCorruptEntry: (error: unknown) => void;

  constructor(options: {
    guard: RedisGuard;
    keys: RedisKeys;
    now: () => number;
    maxValueBytes: number;
    /** Whether there is a cold tier. */
    hasCold: boolean;
    onCorruptEntry: (error: unknown) => void;
  }) {
    this.guard = options.guard;
    this.#keys = options.keys;
    this.#now = options.now;
    this.#maxValueBytes = options.maxValueBytes;
    this.#hasCold = options.hasCold;
    this.#onCorruptEntry = options.onCorruptEntry;
  }

  /** Reads an entry and, in the same round trip, the current generations. */
  read(entryKey: EntryKey, tags: readonly string[]): Promise<RedisRead | Unavailable> {
    return this.guard.run('get', async (redis, runId) => {
      const [sealed, stamp, coldId] = await Promise.all([
        this.#fetch(redis, entryKey),
        this.#stamp(redis, runId, entryKey.namespace, tags),
        this.#hasCold ? redis.getBuffer(this.#keys.cold(entryKey.namespace, entryKey.key)) : undefined,
      ]);
      if (sealed === null) return { found: undefined, stamp, replaceableId: Buffer.alloc(0), coldId: coldId ?? undefined };
      const found = await this.#unsealOrReport(sealed);
      const useful = found !== undefined && (await this.#isValid(redis, found, stamp));
      return { found: useful ? found : undefined, stamp, replaceableId: sealed.subarray(0, idBytes) };
    });
  }

  /** Tries to acquire the load lease. `filled`: another process has just stored the entry, read again. */
  acquireLease(entryKey: EntryKey, token: string, leaseMs: number, replaceableId: Buffer): Promise<LeaseAnswer | Unavailable> {
    return this.guard.run('lease', async (redis) => {
      return (await redis.eval(
        scripts.acquireLease,
        2,
        ...this.#entryAndLeaseKeys(entryKey),
        token,
        leaseMs,
        replaceableId,
      )) as LeaseAnswer;
    });
  }

  /** Extends a lease by `leaseMs`; 0 releases it. */
  extendLease(entryKey: EntryKey, token: string, leaseMs: number): Promise<boolean | Unavailable> {
    return this.guard.run('lease', async (redis) => {
      return (await redis.eval(scripts.extendLease, 1, this.#keys.lease(entryKey.namespace, entryKey.key), token, leaseMs)) === 1;
    });
  }

  /** Stores a value loaded under a lease. @returns false when the lease was lost, so the value may be out of date */
  async fill(entryKey: EntryKey, token: string, sealed: Buffer, keepMs: number): Promise<boolean | Unavailable> {
    return this.guard.run('set', async (redis) => {
      return (await redis.eval(scripts.fillUnderLease, 3, ...this.#entryKeys(entryKey), token, sealed, keepMs)) === 1;
    });
  }

  write(entryKey: EntryKey, sealed: Buffer, keepMs: number): Promise<unknown> {
    return this.guard.run('set', (redis) => redis.eval(scripts.writeThrough, 3, ...this.#entryKeys(entryKey), sealed, keepMs));
  }

  /** The current stamp. */
  stamp(namespace: string, tags: readonly string[]): Promise<Stamp | Unavailable> {
    return this.guard.run('stamp', (redis, runId) => this.#stamp(redis, runId, namespace, tags));
  }

  /** Invalidates a key, tag or namespace; the log informs the instances that hold copies. */
  invalidate(message: Invalidation): Promise<number | Unavailable> {
    return this.guard.run('invalidate', async (redis) => {
      // Unlink before appending: an instance that reads the log and then the entry must not find it.
      if (message.kind === 'key') await redis.unlink(...this.#entryKeys(message));
      return this.#append(redis, message);
    });
  }

  /** Tells the others that a key has a new value, which is already stored. */
  announce(message: Invalidation): Promise<number | Unavailable> {
    return this.guard.run('invalidate', (redis) => this.#append(redis, message));
  }

  /** Restarts the idle time of an entry. */
  touch(entryKey: EntryKey, keepMs: number): Promise<boolean | Unavailable> {
    return this.guard.run('touch', async (redis) => {
      return (await redis.pexpire(this.#keys.entry(entryKey.namespace, entryKey.key), keepMs)) === 1;
    });
  }

  /** The sealed entry, for the cold tier; undefined when it is gone or expired. */
  copyOf(entryKey: EntryKey): Promise<ColdEntry | undefined | Unavailable> {
    return this.guard.run('copy', async (redis) => {
      const sealed = await this.#fetch(redis, entryKey);
      const deadAtMs = sealed === null ? 0 : deadAtOf(sealed);
      return sealed === null || deadAtMs <= this.#now() ? undefined : { ...entryKey, sealed, deadAtMs };
    });
  }

  /** Records that the cold tier holds this entry. @returns false when it was invalidated or replaced meanwhile */
  markCold({ namespace, key, sealed, deadAtMs }: ColdEntry): Promise<boolean | Unavailable> {
    const keepMs = Math.ceil(deadAtMs - this.#now());
    if (keepMs <= 0) return Promise.resolve(false);
    return this.guard.run('mark', async (redis) => {
      const keys = [this.#keys.entry(namespace, key), this.#keys.cold(namespace, key)] as const;
      return (await redis.eval(scripts.markCold, 2, ...keys, sealed.subarray(0, idBytes), keepMs)) === 1;
    });
  }

  /** Unseals the cold tier's reply. @returns undefined unless it is the entry whose id Redis holds, with a current stamp */
  openCold(sealed: Buffer, { coldId, stamp }: RedisRead): Promise<SealedEntry | undefined | Unavailable> {
    return this.guard.run('get', async (redis) => {
      const found = await this.#unsealOrReport(sealed);
      if (found === undefined || coldId === undefined || idOf(coldId) !== found.id) return undefined;
      return (await this.#isValid(redis, found, stamp)) ? found : undefined;
    });
  }

  /** Stores an entry from the cold tier in Redis, unless it was invalidated meanwhile. */
  restoreFromCold({ namespace, key }: EntryKey, sealed: Buffer, keepMs: number): Promise<boolean | Unavailable> {
    return this.guard.run('set', async (redis) => {
      const keys = [this.#keys.entry(namespace, key), this.#keys.cold(namespace, key)] as const;
      return (await redis.eval(scripts.restoreFromCold, 2, ...keys, sealed.subarray(0, idBytes), sealed, keepMs)) === 1;
    });
  }

  seal(stamp: Stamp, entry: Entry, compression: CompressionOptions): Promise<Buffer> {
    return seal(randomBytes(idBytes).toString('latin1'), stamp, entry, compression);
  }

  async #fetch(redis: RedisClient, { namespace, key }: EntryKey): Promise<Buffer | null> {
    const name = this.#keys.entry(namespace, key);
    try {
      return await redis.getBuffer(name);
    } catch (error) {
      if (!isReply(error) || !error.message.startsWith('WRONGTYPE')) throw error;
      this.#onCorruptEntry(error);
      await redis.unlink(name);
      return null;
    }
  }

  async #unsealOrReport(sealed: Buffer): Promise<SealedEntry | undefined> {
    try {
      return await unseal(sealed, this.#maxValueBytes);
    } catch (error) {
      this.#onCorruptEntry(error);
      return undefined;
    }
  }

  async #isValid(redis: RedisClient, { stamp, entry }: SealedEntry, wanted: Stamp): Promise<boolean> {
    if (stamp.runId !== wanted.runId || stamp.namespace !== wanted.namespace || entry.deadAtMs <= this.#now()) return false;
    const unread = entry.tags.filter((tag) => !(tag in wanted.tags));
    const more = unread.length === 0 ? undefined : await this.#stamp(redis, wanted.runId, '', unread);
    return entry.tags.every((tag) => stamp.tags[tag] === (wanted.tags[tag] ?? more?.tags[tag]));
  }

  async #stamp(redis: RedisClient, runId: string, namespace: string, tags: readonly string[]): Promise<Stamp> {
    const keys = [this.#keys.namespaceGeneration(namespace), ...tags.map((tag) => this.#keys.tagGeneration(tag))];
    const names = (await redis.eval(scripts.readGenerations, keys.length, ...keys, newGeneration(), generationSeconds)) as string[];
    return { runId, namespace: names[0]!, tags: Object.fromEntries(tags.map((tag, index) => [tag, names[index + 1]!])) };
  }

  async #append(redis: RedisClient, message: Invalidation): Promise<number> {
    const generation = this.#generationOf(message);
    const keys = [this.#keys.logSequence, this.#keys.log, ...(generation === undefined ? [] : [generation])];
    const fresh = generation === undefined ? [] : [newGeneration(), generationSeconds];
    return (await redis.eval(scripts.appendInvalidation, keys.length, ...keys, JSON.stringify(message), logEntries, ...fresh)) as number;
  }

  #generationOf(message: Invalidation): string | undefined {
    if (message.kind === 'tag') return this.#keys.tagGeneration(message.tag);
    return message.kind === 'namespace' ? this.#keys.namespaceGeneration(message.namespace) : undefined;
  }

  #entryAndLeaseKeys({ namespace, key }: EntryKey): [string, string] {
    return [this.#keys.entry(namespace, key), this.#keys.lease(namespace, key)];
  }

  #entryKeys(entryKey: EntryKey): [string, string, string] {
    return [...this.#entryAndLeaseKeys(entryKey), this.#keys.cold(entryKey.namespace, entryKey.key)];
  }
}

const newGeneration = () => randomBytes(8).toString('base64url');
