import type { ColdEntry, ColdGuard } from './cold-tier.ts';
import type { Place } from './place.ts';
import { RedisGuard } from './redis-guard.ts';
import type { RedisTier } from './redis-tier.ts';

const maxWaiting = 1_000;
const maxBatch = 32;
/** Two of the largest entries fit one message with room for base64. */
const maxBatchBytes = 512 * 1_024;
const gatherMs = 250;
/** An entry that was copied is not copied again for so long, whoever asks. */
const restMs = 600_000;
const maxRemembered = 5_000;

/**
 * Copies entries that were worth keeping from Redis to the cold tier, behind everybody's back, and then notes in Redis that the copy is good.
 * Bytes are copied as they are, never made anew: a copy made from memory could give a new stamp to a value that was just struck.
 */
export class Cooler {
  readonly #tier: RedisTier;
  readonly #cold: ColdGuard;
  readonly #waiting = new Map<string, Place>();
  readonly #copiedUntil = new Map<string, number>();
  #timer: NodeJS.Timeout | undefined;
  #working: Promise<void> = Promise.resolve();
  /** Entries copied since the start. */
  cooled = 0;

  constructor(tier: RedisTier, cold: ColdGuard) {
    this.#tier = tier;
    this.#cold = cold;
  }

  /** Remembers to copy an entry. Beyond a thousand waiting, nothing is remembered: this is never worth memory. */
  add(place: Place): void {
    if (this.#waiting.size >= maxWaiting || this.#cold.breaker.state === 'open') return;
    const name = nameOf(place);
    if ((this.#copiedUntil.get(name) ?? 0) > performance.now()) return;
    this.#waiting.set(name, place);
    this.#timer ??= setTimeout(() => void this.flush(), gatherMs).unref();
  }

  /** Copies what waits; never rejects. */
  flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#working = this.#working.then(() => this.#work());
    return this.#working;
  }

  async #work(): Promise<void> {
    const places = [...this.#waiting.values()];
    this.#waiting.clear();
    while (places.length > 0) await this.#copy(places.splice(0, maxBatch));
  }

  async #copy(places: readonly Place[]): Promise<void> {
    const found = await Promise.all(places.map((place) => this.#tier.copyOf(place)));
    let batch: ColdEntry[] = [];
    let bytes = 0;
    for (const entry of found) {
      if (entry === RedisGuard.unavailable || entry === undefined || entry.sealed.length > this.#cold.maxEntryBytes) continue;
      if (bytes + entry.sealed.length > maxBatchBytes) {
        await this.#send(batch);
        [batch, bytes] = [[], 0];
      }
      batch.push(entry);
      bytes += entry.sealed.length;
    }
    await this.#send(batch);
  }

  async #send(batch: readonly ColdEntry[]): Promise<void> {
    if (batch.length === 0 || !(await this.#cold.put(batch))) return;
    const marked = await Promise.all(batch.map((entry) => this.#tier.markCold(entry)));
    for (const [index, entry] of batch.entries()) if (marked[index] === true) this.#remember(nameOf(entry));
  }

  #remember(name: string): void {
    this.cooled += 1;
    if (this.#copiedUntil.size >= maxRemembered) this.#copiedUntil.clear();
    this.#copiedUntil.set(name, performance.now() + restMs);
  }
}

const nameOf = ({ namespace, key }: Place): string => `${namespace}\0${key}`;
