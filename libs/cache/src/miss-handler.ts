import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { ColdGuard } from './cold-tier.ts';
import type { DemotionWriter } from './demotion-writer.ts';
import type { Entry } from './envelope.ts';
import type { InFlightLoad } from './in-flight-loads.ts';
import { keepMs, timesOf } from './lifetimes.ts';
import type { NamespaceState } from './namespace-state.ts';
import type { TierError, WrapOptions } from './options.ts';
import { RedisGuard, type Unavailable } from './redis-guard.ts';
import type { EntryKey } from './redis-keys.ts';
import type { RedisRead, RedisTier } from './redis-tier.ts';

export interface MissHandlerOptions {
  readonly tier: RedisTier | undefined;
  /** The third tier and its writer; both or neither. */
  readonly cold: ColdGuard | undefined;
  readonly demotionWriter: DemotionWriter | undefined;
  readonly now: () => number;
  /** True while Redis may hold an entry for this key that was invalidated while Redis was unreachable. */
  readonly isInDoubt: (namespace: string, key: string) => boolean;
  readonly onError: (error: TierError) => void;
  readonly onLoaded: (sinceMs: number) => void;
  readonly onColdRead: (sinceMs: number) => void;
}

interface MissContext {
  readonly state: NamespaceState;
  readonly key: string;
  readonly inFlight: InFlightLoad;
  readonly load: () => Promise<unknown> | unknown;
  readonly options: WrapOptions;
}

const noTags: readonly string[] = [];
/** Renewed while the loader runs; when its process dies, another process can take the lease after this time. */
const leaseMs = 3_000;
/** Maximum wait for another process's load; after it, load locally. */
const maxWaitMs = 10_000;
/** Invalidated entries that are loaded again at the same time. */
const maxRenewals = 32;

/** Handles a miss in memory: serves a stale entry, reads Redis and the cold tier, waits for another process's load, or calls the loader. */
export class MissHandler {
  readonly #options: MissHandlerOptions;
  readonly #background = new Set<Promise<unknown>>();
  #renewing = 0;

  constructor(options: MissHandlerOptions) {
    this.#options = options;
  }

  handle(state: NamespaceState, key: string, load: MissContext['load'], options: WrapOptions): Promise<unknown> {
    const stale = state.stale(key, this.#options.now());
    if (stale === undefined)
      return state.loadsInFlight.join(key, (inFlight) => this.#readLowerTiers({ state, key, inFlight, load, options }));
    this.#refresh({ state, key, load, options });
    state.staleServed += 1;
    return Promise.resolve(stale.value);
  }

  /** Reads Redis and the cold tier; never loads. */
  async lookup(state: NamespaceState, key: string): Promise<unknown> {
    const inFlight = state.loadsInFlight.open(key);
    try {
      const reading = await this.#read(state, key, []);
      const entry = usable(reading);
      if (entry === undefined || entry.freshUntilMs <= this.#options.now()) return undefined;
      return this.#promote(state, key, inFlight, entry).value;
    } finally {
      state.loadsInFlight.finish(inFlight);
    }
  }

  /** Reads the entry from Redis without counting a use; undefined when there is none or Redis does not answer. */
  async inspect(state: NamespaceState, key: string): Promise<Entry | undefined> {
    const { tier } = this.#options;
    if (!tier || state.rules.tiers === 'memory') return undefined;
    return usable(await tier.read({ namespace: state.name, key }, []));
  }

  entryOf(state: NamespaceState, key: string, value: unknown, { ttlSeconds, staleSeconds, tags }: WrapOptions): Entry {
    const ttl = ttlSeconds ?? (value === null ? state.rules.negativeTtlSeconds : state.ttlSecondsOf(key));
    const times = timesOf(this.#options.now(), { ttlSeconds: ttl, staleSeconds: staleSeconds ?? state.rules.staleSeconds });
    return { value, ...times, tags: tags?.length ? [...new Set(tags)] : noTags };
  }

  /** Queues a copy of the entry to the cold tier. */
  demote(state: NamespaceState, key: string): void {
    if (state.rules.tiers === 'all') this.#options.demotionWriter?.add({ namespace: state.name, key });
  }

  /** Resolves when all background work has ended. */
  async settled(): Promise<void> {
    await Promise.allSettled([...this.#background]);
    await this.#options.demotionWriter?.flush();
  }

  /** Tracks work that no caller waits for; failures go to `onError`. */
  runInBackground(operation: string, work: Promise<unknown>): void {
    const done = work.catch((error: unknown) => this.#options.onError({ tier: 'load', operation, error }));
    const tracked = done.finally(() => this.#background.delete(tracked));
    this.#background.add(tracked);
  }

  /** Runs in the background, unless as many as may are running: the entry is loaded when it is read then. */
  renew(work: () => Promise<unknown>): void {
    if (this.#renewing >= maxRenewals) return;
    this.#renewing += 1;
    this.runInBackground(
      'renew',
      work().finally(() => {
        this.#renewing -= 1;
      }),
    );
  }

  async #readLowerTiers(context: MissContext): Promise<unknown> {
    const { state, key, inFlight, options } = context;
    const reading = await this.#read(state, key, options.tags ?? []);
    const entry = usable(reading);
    if (entry === undefined) return this.#load(context, reading);
    this.#promote(state, key, inFlight, entry);
    if (entry.freshUntilMs > this.#options.now()) return entry.value;
    this.#refresh(context);
    state.staleServed += 1;
    return entry.value;
  }

  #refresh({ state, key, load, options }: Omit<MissContext, 'inFlight'>): void {
    const work = state.refreshes.join(key, async (inFlight) => {
      const reading = await this.#read(state, key, options.tags ?? []);
      const entry = usable(reading);
      if (entry === undefined || entry.freshUntilMs <= this.#options.now()) {
        return this.#load({ state, key, inFlight, load, options }, reading);
      }
      return this.#promote(state, key, inFlight, entry).value;
    });
    this.runInBackground('refresh', work);
  }

  async #read(state: NamespaceState, key: string, tags: readonly string[]): Promise<RedisRead | Unavailable> {
    const { tier, isInDoubt } = this.#options;
    if (!tier || state.rules.tiers === 'memory' || isInDoubt(state.name, key)) return RedisGuard.unavailable;
    const reading = await tier.read({ namespace: state.name, key }, tags);
    if (reading === RedisGuard.unavailable) return reading;
    if (reading.found) state.l2.hits += 1;
    else state.l2.misses += 1;
    return reading.coldId === undefined || state.rules.tiers !== 'all'
      ? reading
      : this.#readCold(state, { namespace: state.name, key }, reading);
  }

  /** Reads the copy whose id Redis holds from the cold tier, and restores it to Redis. */
  async #readCold(state: NamespaceState, entryKey: EntryKey, reading: RedisRead): Promise<RedisRead> {
    const { cold, tier, now } = this.#options;
    const sinceMs = performance.now();
    const sealed = await cold?.get(entryKey);
    const found = sealed && (await tier?.openCold(sealed, reading));
    this.#options.onColdRead(sinceMs);
    if (sealed === undefined || found === undefined || found === RedisGuard.unavailable) {
      state.l3.misses += 1;
      return reading;
    }
    state.l3.hits += 1;
    if (tier && found.entry.freshUntilMs > now()) {
      this.runInBackground('restore', tier.restoreFromCold(entryKey, sealed, keepMs(found.entry, now(), state.rules.idleSeconds)));
    }
    return { ...reading, found };
  }

  #promote(state: NamespaceState, key: string, inFlight: InFlightLoad, entry: Entry): Entry {
    if (!inFlight.invalidated) state.put(key, entry);
    const { idleSeconds } = state.rules;
    if (idleSeconds !== undefined) {
      const touched = this.#options.tier?.touch({ namespace: state.name, key }, keepMs(entry, this.#options.now(), idleSeconds));
      if (touched) this.runInBackground('touch', touched);
    }
    return entry;
  }

  async #load(context: MissContext, reading: RedisRead | Unavailable): Promise<unknown> {
    if (reading === RedisGuard.unavailable) return this.#keepInMemory(context, await this.#callLoader(context));
    const claim = await this.#claimLoad(context, reading);
    if (claim.entry !== undefined) return this.#promote(context.state, context.key, context.inFlight, claim.entry).value;
    if (claim.token === undefined) return this.#keepInMemory(context, await this.#callLoader(context));
    return this.#loadUnderLease(context, claim.token, claim.reading);
  }

  /** Acquires the load lease, or returns the entry that another process loaded meanwhile, or gives up after `maxWaitMs`. */
  async #claimLoad(context: MissContext, first: RedisRead): Promise<{ token?: string; entry?: Entry; reading: RedisRead }> {
    const { state, key, options } = context;
    const token = randomUUID();
    let reading = first;
    for (let waitedMs = 0, waitMs = 4; waitedMs < maxWaitMs; waitMs = Math.min(80, waitMs * 1.6)) {
      const answer = await this.#options.tier?.acquireLease({ namespace: state.name, key }, token, leaseMs, reading.replaceableId);
      if (answer === 'mine') return { token, reading };
      if (answer === 'filled') {
        const again = await this.#read(state, key, options.tags ?? []);
        if (again === RedisGuard.unavailable) return { reading };
        if (again.found && again.found.entry.freshUntilMs > this.#options.now()) return { entry: again.found.entry, reading: again };
        reading = again.found ? { ...again, replaceableId: Buffer.from(again.found.id, 'latin1') } : again;
      } else if (answer === 'other') await pause(waitMs * (0.75 + Math.random() / 2));
      else return { reading };
      waitedMs += waitMs;
    }
    return { reading };
  }

  async #loadUnderLease(context: MissContext, token: string, reading: RedisRead): Promise<unknown> {
    const { state, key } = context;
    const entryKey = { namespace: state.name, key };
    const renewal = setInterval(() => void this.#options.tier?.extendLease(entryKey, token, leaseMs), leaseMs / 2).unref();
    try {
      const sinceMs = performance.now();
      const value = await this.#callLoader(context);
      const expensive = performance.now() - sinceMs >= (this.#options.cold?.expensiveLoadMs ?? Number.POSITIVE_INFINITY);
      const entry = this.entryOf(state, key, value, context.options);
      if (value !== undefined && !context.inFlight.invalidated) {
        state.put(key, entry);
        this.runInBackground('fill', this.#store(state, entryKey, token, reading, entry, expensive));
      } else this.runInBackground('release', this.#release(entryKey, token));
      return value;
    } catch (error) {
      this.runInBackground('release', this.#release(entryKey, token));
      throw error;
    } finally {
      clearInterval(renewal);
    }
  }

  async #store(
    state: NamespaceState,
    entryKey: EntryKey,
    token: string,
    reading: RedisRead,
    entry: Entry,
    expensive: boolean,
  ): Promise<void> {
    const { tier, now } = this.#options;
    try {
      const sealed = await tier?.seal(reading.stamp, entry, state.rules.compression);
      if (sealed) await tier?.fill(entryKey, token, sealed, keepMs(entry, now(), state.rules.idleSeconds));
      if (expensive) this.demote(state, entryKey.key);
    } catch (error) {
      await this.#release(entryKey, token);
      throw error;
    }
  }

  async #release(entryKey: EntryKey, token: string): Promise<void> {
    await this.#options.tier?.extendLease(entryKey, token, 0);
  }

  async #callLoader({ state, load }: MissContext): Promise<unknown> {
    const sinceMs = performance.now();
    state.loads += 1;
    try {
      return await load();
    } catch (error) {
      state.loadFailures += 1;
      throw error;
    } finally {
      this.#options.onLoaded(sinceMs);
    }
  }

  #keepInMemory({ state, key, inFlight, options }: MissContext, value: unknown): unknown {
    if (value !== undefined && !inFlight.invalidated) state.put(key, this.entryOf(state, key, value, options));
    return value;
  }
}

const usable = (reading: RedisRead | Unavailable): Entry | undefined =>
  reading === RedisGuard.unavailable ? undefined : reading.found?.entry;
