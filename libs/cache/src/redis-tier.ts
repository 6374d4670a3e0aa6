import { randomBytes } from 'node:crypto';
import type { Redis } from 'ioredis';
import type { ColdEntry } from './cold-tier.ts';
import type { CompressionOptions } from './compression.ts';
import { deadAtOf, type Entry, idBytes, idOf, type SealedEntry, type Stamp, seal, unseal } from './envelope.ts';
import type { Invalidation } from './invalidation.ts';
import type { RedisKeys } from './keys.ts';
import type { Place } from './place.ts';
import { isReply, RedisGuard, type Unavailable } from './redis-guard.ts';
import * as scripts from './redis-scripts.ts';

/** Generations live longer than any entry that carries their name; should one go earlier, its entries are merely missed. */
const generationSeconds = 30 * 24 * 3_600;
const logEntries = 4_096;

export interface Reading {
  readonly found: SealedEntry | undefined;
  /** What an entry loaded from now on has to carry. */
  readonly stamp: Stamp;
  /** The entry in Redis that is of no use (invalidated, dead, garbage), so that it may be replaced; '' when there is none. */
  readonly uselessId: Buffer;
  /** The id of the copy in the cold tier that may stand in; undefined when there is none, or no need. */
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
  readonly #onGarbage: (error: unknown) => void;

  constructor(options: {
    guard: RedisGuard;
    keys: RedisKeys;
    now: () => number;
    maxValueBytes: number;
    /** Whether anybody keeps copies of entries elsewhere. */
    hasCold: boolean;
    onGarbage: (error: unknown) => void;
  }) {
    this.guard = options.guard;
    this.#keys = options.keys;
    this.#now = options.now;
    this.#maxValueBytes = options.maxValueBytes;
    this.#hasCold = options.hasCold;
    this.#onGarbage = options.onGarbage;
  }

  /** Reads an entry and, in the same round trip, the generations that it has to fit. */
  read(place: Place, tags: readonly string[]): Promise<Reading | Unavailable> {
    return this.guard.run('get', async (redis, life) => {
      const [sealed, stamp, coldId] = await Promise.all([
        this.#fetch(redis, place),
        this.#stamp(redis, life, place.namespace, tags),
        this.#hasCold ? redis.getBuffer(this.#keys.cold(place.namespace, place.key)) : undefined,
      ]);
      if (sealed === null) return { found: undefined, stamp, uselessId: Buffer.alloc(0), coldId: coldId ?? undefined };
      const found = await this.#open(sealed);
      const useful = found !== undefined && (await this.#fits(redis, found, stamp));
      return { found: useful ? found : undefined, stamp, uselessId: sealed.subarray(0, idBytes) };
    });
  }

  /** Asks to be the one who loads. `filled`: somebody has just stored it, read again. */
  acquire(place: Place, token: string, leaseMs: number, uselessId: Buffer): Promise<LeaseAnswer | Unavailable> {
    return this.guard.run('lease', async (redis) => {
      return (await redis.eval(scripts.acquireLease, 2, ...this.#pair(place), token, leaseMs, uselessId)) as LeaseAnswer;
    });
  }

  /** Keeps a lease for `holdMs` more, or lets go of it with 0. */
  hold(place: Place, token: string, holdMs: number): Promise<boolean | Unavailable> {
    return this.guard.run('lease', async (redis) => {
      return (await redis.eval(scripts.holdLease, 1, this.#keys.lease(place.namespace, place.key), token, holdMs)) === 1;
    });
  }

  /** Stores what was loaded under a lease. @returns false when the lease was lost, so that the value may be out of date */
  async fill(place: Place, token: string, sealed: Buffer, keepMs: number): Promise<boolean | Unavailable> {
    return this.guard.run('set', async (redis) => {
      return (await redis.eval(scripts.fillUnderLease, 3, ...this.#all(place), token, sealed, keepMs)) === 1;
    });
  }

  write(place: Place, sealed: Buffer, keepMs: number): Promise<unknown> {
    return this.guard.run('set', (redis) => redis.eval(scripts.writeThrough, 3, ...this.#all(place), sealed, keepMs));
  }

  /** The stamp for a value that is true now. */
  stamp(namespace: string, tags: readonly string[]): Promise<Stamp | Unavailable> {
    return this.guard.run('stamp', (redis, life) => this.#stamp(redis, life, namespace, tags));
  }

  /** Strikes a key, tag or namespace for every instance; the log tells those who hold copies. */
  invalidate(message: Invalidation): Promise<number | Unavailable> {
    return this.guard.run('invalidate', async (redis) => {
      // First the entry, then the word: who hears the word and looks again must not find the entry.
      if (message.kind === 'key') await redis.unlink(...this.#all(message));
      return this.#append(redis, message);
    });
  }

  /** Tells the others that a key has a new value, which is already stored. */
  announce(message: Invalidation): Promise<number | Unavailable> {
    return this.guard.run('invalidate', (redis) => this.#append(redis, message));
  }

  /** Says that an entry was used, so that an idle limit starts anew. */
  touch(place: Place, keepMs: number): Promise<boolean | Unavailable> {
    return this.guard.run('touch', async (redis) => {
      return (await redis.pexpire(this.#keys.entry(place.namespace, place.key), keepMs)) === 1;
    });
  }

  /** An entry as it lies there, for the cold tier; undefined when it is gone or dead. */
  copyOf(place: Place): Promise<ColdEntry | undefined | Unavailable> {
    return this.guard.run('copy', async (redis) => {
      const sealed = await this.#fetch(redis, place);
      const deadAtMs = sealed === null ? 0 : deadAtOf(sealed);
      return sealed === null || deadAtMs <= this.#now() ? undefined : { ...place, sealed, deadAtMs };
    });
  }

  /** Notes that the cold tier holds this very entry. @returns false when it has been struck or replaced meanwhile */
  markCold({ namespace, key, sealed, deadAtMs }: ColdEntry): Promise<boolean | Unavailable> {
    const keepMs = Math.ceil(deadAtMs - this.#now());
    if (keepMs <= 0) return Promise.resolve(false);
    return this.guard.run('mark', async (redis) => {
      const keys = [this.#keys.entry(namespace, key), this.#keys.cold(namespace, key)] as const;
      return (await redis.eval(scripts.markCold, 2, ...keys, sealed.subarray(0, idBytes), keepMs)) === 1;
    });
  }

  /** Opens what the cold tier gave for this reading. @returns undefined unless it is the entry that Redis named, and still true */
  openCold(sealed: Buffer, { coldId, stamp }: Reading): Promise<SealedEntry | undefined | Unavailable> {
    return this.guard.run('get', async (redis) => {
      const found = await this.#open(sealed);
      if (found === undefined || coldId === undefined || idOf(coldId) !== found.id) return undefined;
      return (await this.#fits(redis, found, stamp)) ? found : undefined;
    });
  }

  /** Puts what came from the cold tier back into Redis, unless it was struck meanwhile. */
  takeBack({ namespace, key }: Place, sealed: Buffer, keepMs: number): Promise<boolean | Unavailable> {
    return this.guard.run('set', async (redis) => {
      const keys = [this.#keys.entry(namespace, key), this.#keys.cold(namespace, key)] as const;
      return (await redis.eval(scripts.takeBack, 2, ...keys, sealed.subarray(0, idBytes), sealed, keepMs)) === 1;
    });
  }

  seal(stamp: Stamp, entry: Entry, compression: CompressionOptions): Promise<Buffer> {
    return seal(randomBytes(idBytes).toString('latin1'), stamp, entry, compression);
  }

  async #fetch(redis: Redis, { namespace, key }: Place): Promise<Buffer | null> {
    const name = this.#keys.entry(namespace, key);
    try {
      return await redis.getBuffer(name);
    } catch (error) {
      if (!isReply(error) || !error.message.startsWith('WRONGTYPE')) throw error;
      this.#onGarbage(error);
      await redis.unlink(name);
      return null;
    }
  }

  async #open(sealed: Buffer): Promise<SealedEntry | undefined> {
    try {
      return await unseal(sealed, this.#maxValueBytes);
    } catch (error) {
      this.#onGarbage(error);
      return undefined;
    }
  }

  async #fits(redis: Redis, { stamp, entry }: SealedEntry, wanted: Stamp): Promise<boolean> {
    if (stamp.life !== wanted.life || stamp.namespace !== wanted.namespace || entry.deadAtMs <= this.#now()) return false;
    const unread = entry.tags.filter((tag) => !(tag in wanted.tags));
    const more = unread.length === 0 ? undefined : await this.#stamp(redis, wanted.life, '', unread);
    return entry.tags.every((tag) => stamp.tags[tag] === (wanted.tags[tag] ?? more?.tags[tag]));
  }

  async #stamp(redis: Redis, life: string, namespace: string, tags: readonly string[]): Promise<Stamp> {
    const keys = [this.#keys.namespaceGeneration(namespace), ...tags.map((tag) => this.#keys.tagGeneration(tag))];
    const names = (await redis.eval(scripts.readGenerations, keys.length, ...keys, newName(), generationSeconds)) as string[];
    return { life, namespace: names[0]!, tags: Object.fromEntries(tags.map((tag, index) => [tag, names[index + 1]!])) };
  }

  async #append(redis: Redis, message: Invalidation): Promise<number> {
    const generation = this.#generationOf(message);
    const keys = [this.#keys.logSequence, this.#keys.log, ...(generation === undefined ? [] : [generation])];
    const fresh = generation === undefined ? [] : [newName(), generationSeconds];
    return (await redis.eval(scripts.appendInvalidation, keys.length, ...keys, JSON.stringify(message), logEntries, ...fresh)) as number;
  }

  #generationOf(message: Invalidation): string | undefined {
    if (message.kind === 'tag') return this.#keys.tagGeneration(message.tag);
    return message.kind === 'namespace' ? this.#keys.namespaceGeneration(message.namespace) : undefined;
  }

  #pair({ namespace, key }: Place): [string, string] {
    return [this.#keys.entry(namespace, key), this.#keys.lease(namespace, key)];
  }

  #all(place: Place): [string, string, string] {
    return [...this.#pair(place), this.#keys.cold(place.namespace, place.key)];
  }
}

const newName = () => randomBytes(8).toString('base64url');
