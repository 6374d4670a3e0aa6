import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { ColdGuard } from './cold-tier.ts';
import type { Cooler } from './cooler.ts';
import type { Entry } from './envelope.ts';
import type { Flight } from './flights.ts';
import { keepMs, timesOf } from './lifetimes.ts';
import type { Trouble, WrapOptions } from './options.ts';
import type { Place } from './place.ts';
import { RedisGuard, type Unavailable } from './redis-guard.ts';
import type { Reading, RedisTier } from './redis-tier.ts';
import type { Room } from './room.ts';

export interface FillerOptions {
  readonly tier: RedisTier | undefined;
  /** The third tier and who fills it; both or none. */
  readonly cold: ColdGuard | undefined;
  readonly cooler: Cooler | undefined;
  readonly now: () => number;
  /** True while Redis may hold something for this key that was struck without its knowledge. */
  readonly inDoubt: (namespace: string, key: string) => boolean;
  readonly onTrouble: (trouble: Trouble) => void;
  readonly onLoaded: (sinceMs: number) => void;
  readonly onColdRead: (sinceMs: number) => void;
}

interface Errand {
  readonly room: Room;
  readonly key: string;
  readonly flight: Flight;
  readonly load: () => Promise<unknown> | unknown;
  readonly options: WrapOptions;
}

const noTags: readonly string[] = [];
/** A loader's claim is renewed while it works; when its process dies, others take over after this long. */
const leaseMs = 3_000;
/** Longer than this nobody waits for another process's load; then each loads for itself. */
const maxWaitMs = 10_000;

/** What happens when memory has no fresh answer: a stale one, Redis, another process that is already loading, and at last the loader. */
export class Filler {
  readonly #options: FillerOptions;
  readonly #background = new Set<Promise<unknown>>();

  constructor(options: FillerOptions) {
    this.#options = options;
  }

  fill(room: Room, key: string, load: Errand['load'], options: WrapOptions): Promise<unknown> {
    const stale = room.stale(key, this.#options.now());
    if (stale === undefined) return room.flights.join(key, (flight) => this.#descend({ room, key, flight, load, options }));
    this.#refresh({ room, key, load, options });
    room.staleServed += 1;
    return Promise.resolve(stale.value);
  }

  /** Looks in Redis only. */
  async look(room: Room, key: string): Promise<unknown> {
    const flight = room.flights.open(key);
    try {
      const reading = await this.#read(room, key, []);
      const entry = usable(reading);
      if (entry === undefined || entry.freshUntilMs <= this.#options.now()) return undefined;
      return this.#promote(room, key, flight, entry).value;
    } finally {
      room.flights.land(flight);
    }
  }

  /** What Redis has of a key, without a trace; undefined when it has nothing or does not answer. */
  async inspect(room: Room, key: string): Promise<Entry | undefined> {
    const { tier } = this.#options;
    if (!tier || room.rules.tiers === 'memory') return undefined;
    return usable(await tier.read({ namespace: room.name, key }, []));
  }

  entryOf(room: Room, value: unknown, { ttlSeconds, staleSeconds, tags }: WrapOptions): Entry {
    const ttl = ttlSeconds ?? (value === null ? room.rules.negativeTtlSeconds : room.rules.ttlSeconds);
    const times = timesOf(this.#options.now(), { ttlSeconds: ttl, staleSeconds: staleSeconds ?? room.rules.staleSeconds });
    return { value, ...times, tags: tags?.length ? [...new Set(tags)] : noTags };
  }

  /** It was worth its place: a copy goes to the cold tier, behind. */
  cool(room: Room, key: string): void {
    if (room.rules.tiers === 'all') this.#options.cooler?.add({ namespace: room.name, key });
  }

  /** What was begun in the background has ended. */
  async settled(): Promise<void> {
    await Promise.allSettled([...this.#background]);
    await this.#options.cooler?.flush();
  }

  /** Does work that nobody waits for; its failures are told, not thrown. */
  behind(operation: string, work: Promise<unknown>): void {
    const done = work.catch((error: unknown) => this.#options.onTrouble({ tier: 'load', operation, error }));
    const tracked = done.finally(() => this.#background.delete(tracked));
    this.#background.add(tracked);
  }

  async #descend(errand: Errand): Promise<unknown> {
    const { room, key, flight, options } = errand;
    const reading = await this.#read(room, key, options.tags ?? []);
    const entry = usable(reading);
    if (entry === undefined) return this.#load(errand, reading);
    this.#promote(room, key, flight, entry);
    if (entry.freshUntilMs > this.#options.now()) return entry.value;
    this.#refresh(errand);
    room.staleServed += 1;
    return entry.value;
  }

  #refresh({ room, key, load, options }: Omit<Errand, 'flight'>): void {
    const work = room.refreshes.join(key, async (flight) => {
      const reading = await this.#read(room, key, options.tags ?? []);
      const entry = usable(reading);
      if (entry === undefined || entry.freshUntilMs <= this.#options.now()) {
        return this.#load({ room, key, flight, load, options }, reading);
      }
      return this.#promote(room, key, flight, entry).value;
    });
    this.behind('refresh', work);
  }

  async #read(room: Room, key: string, tags: readonly string[]): Promise<Reading | Unavailable> {
    const { tier, inDoubt } = this.#options;
    if (!tier || room.rules.tiers === 'memory' || inDoubt(room.name, key)) return RedisGuard.unavailable;
    const reading = await tier.read({ namespace: room.name, key }, tags);
    if (reading === RedisGuard.unavailable) return reading;
    if (reading.found) room.l2.hits += 1;
    else room.l2.misses += 1;
    return reading.coldId === undefined || room.rules.tiers !== 'all'
      ? reading
      : this.#readCold(room, { namespace: room.name, key }, reading);
  }

  /** Asks the cold tier for the copy that Redis named, and puts it back where it will be found sooner. */
  async #readCold(room: Room, place: Place, reading: Reading): Promise<Reading> {
    const { cold, tier, now } = this.#options;
    const sinceMs = performance.now();
    const sealed = await cold?.get(place);
    const found = sealed && (await tier?.openCold(sealed, reading));
    this.#options.onColdRead(sinceMs);
    if (sealed === undefined || found === undefined || found === RedisGuard.unavailable) {
      room.l3.misses += 1;
      return reading;
    }
    room.l3.hits += 1;
    if (tier && found.entry.freshUntilMs > now()) {
      this.behind('take back', tier.takeBack(place, sealed, keepMs(found.entry, now(), room.rules.idleSeconds)));
    }
    return { ...reading, found };
  }

  #promote(room: Room, key: string, flight: Flight, entry: Entry): Entry {
    if (!flight.spoiled) room.put(key, entry);
    const { idleSeconds } = room.rules;
    if (idleSeconds !== undefined) {
      const touched = this.#options.tier?.touch({ namespace: room.name, key }, keepMs(entry, this.#options.now(), idleSeconds));
      if (touched) this.behind('touch', touched);
    }
    return entry;
  }

  async #load(errand: Errand, reading: Reading | Unavailable): Promise<unknown> {
    if (reading === RedisGuard.unavailable) return this.#remember(errand, await this.#run(errand));
    const claim = await this.#claim(errand, reading);
    if (claim.entry !== undefined) return this.#promote(errand.room, errand.key, errand.flight, claim.entry).value;
    if (claim.token === undefined) return this.#remember(errand, await this.#run(errand));
    return this.#loadUnderLease(errand, claim.token, claim.reading);
  }

  /** Becomes the one who loads, gets what another has loaded meanwhile, or gives up waiting. */
  async #claim(errand: Errand, first: Reading): Promise<{ token?: string; entry?: Entry; reading: Reading }> {
    const { room, key, options } = errand;
    const token = randomUUID();
    let reading = first;
    for (let waitedMs = 0, waitMs = 4; waitedMs < maxWaitMs; waitMs = Math.min(80, waitMs * 1.6)) {
      const answer = await this.#options.tier?.acquire({ namespace: room.name, key }, token, leaseMs, reading.uselessId);
      if (answer === 'mine') return { token, reading };
      if (answer === 'filled') {
        const again = await this.#read(room, key, options.tags ?? []);
        if (again === RedisGuard.unavailable) return { reading };
        if (again.found && again.found.entry.freshUntilMs > this.#options.now()) return { entry: again.found.entry, reading: again };
        reading = again.found ? { ...again, uselessId: Buffer.from(again.found.id, 'latin1') } : again;
      } else if (answer === 'other') await pause(waitMs * (0.75 + Math.random() / 2));
      else return { reading };
      waitedMs += waitMs;
    }
    return { reading };
  }

  async #loadUnderLease(errand: Errand, token: string, reading: Reading): Promise<unknown> {
    const { room, key } = errand;
    const place = { namespace: room.name, key };
    const renewal = setInterval(() => void this.#options.tier?.hold(place, token, leaseMs), leaseMs / 2).unref();
    try {
      const sinceMs = performance.now();
      const value = await this.#run(errand);
      const dear = performance.now() - sinceMs >= (this.#options.cold?.dearMs ?? Number.POSITIVE_INFINITY);
      const entry = this.entryOf(room, value, errand.options);
      if (value !== undefined && !errand.flight.spoiled) {
        room.put(key, entry);
        this.behind('fill', this.#store(room, place, token, reading, entry, dear));
      } else this.behind('release', this.#release(place, token));
      return value;
    } catch (error) {
      this.behind('release', this.#release(place, token));
      throw error;
    } finally {
      clearInterval(renewal);
    }
  }

  async #store(room: Room, place: Place, token: string, reading: Reading, entry: Entry, dear: boolean): Promise<void> {
    const { tier, now } = this.#options;
    try {
      const sealed = await tier?.seal(reading.stamp, entry, room.rules.compression);
      if (sealed) await tier?.fill(place, token, sealed, keepMs(entry, now(), room.rules.idleSeconds));
      if (dear) this.cool(room, place.key);
    } catch (error) {
      await this.#release(place, token);
      throw error;
    }
  }

  async #release(place: Place, token: string): Promise<void> {
    await this.#options.tier?.hold(place, token, 0);
  }

  async #run({ room, load }: Errand): Promise<unknown> {
    const sinceMs = performance.now();
    room.loads += 1;
    try {
      return await load();
    } catch (error) {
      room.loadFailures += 1;
      throw error;
    } finally {
      this.#options.onLoaded(sinceMs);
    }
  }

  #remember({ room, key, flight, options }: Errand, value: unknown): unknown {
    if (value !== undefined && !flight.spoiled) room.put(key, this.entryOf(room, value, options));
    return value;
  }
}

const usable = (reading: Reading | Unavailable): Entry | undefined =>
  reading === RedisGuard.unavailable ? undefined : reading.found?.entry;
