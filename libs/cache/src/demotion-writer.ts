import type { ColdEntry, ColdGuard } from './cold-tier.ts';
import { RedisGuard } from './redis-guard.ts';
import type { EntryKey } from './redis-keys.ts';
import type { RedisTier } from './redis-tier.ts';

const maxWaiting = 1_000;
const maxBatch = 32;
/** Two entries of the largest size fit one NATS message as base64. */
const maxBatchBytes = 512 * 1_024;
const batchDelayMs = 250;
/** Minimum time between two copies of the same entry. */
const recopyAfterMs = 600_000;
const maxCopiedKeys = 5_000;

/**
 * Copies entries from Redis to the cold tier in the background, then records the copy's id in Redis. The sealed bytes are copied unchanged:
 * sealing the value anew from memory could give a current stamp to a value that has just been invalidated.
 */
export class DemotionWriter {
  readonly #tier: RedisTier;
  readonly #cold: ColdGuard;
  readonly #waiting = new Map<string, EntryKey>();
  readonly #copiedUntil = new Map<string, number>();
  #timer: NodeJS.Timeout | undefined;
  #working: Promise<void> = Promise.resolve();
  /** Entries copied since the start. */
  written = 0;

  constructor(tier: RedisTier, cold: ColdGuard) {
    this.#tier = tier;
    this.#cold = cold;
  }

  /** Queues an entry for copying; dropped when `maxWaiting` are queued, since a cold copy is optional. */
  add(entryKey: EntryKey): void {
    if (this.#waiting.size >= maxWaiting || this.#cold.breaker.state === 'open') return;
    const name = idOf(entryKey);
    if ((this.#copiedUntil.get(name) ?? 0) > performance.now()) return;
    this.#waiting.set(name, entryKey);
    this.#timer ??= setTimeout(() => void this.flush(), batchDelayMs).unref();
  }

  /** Copies the queued entries; never rejects. */
  flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#working = this.#working.then(() => this.#writeWaiting());
    return this.#working;
  }

  async #writeWaiting(): Promise<void> {
    const entryKeys = [...this.#waiting.values()];
    this.#waiting.clear();
    while (entryKeys.length > 0) await this.#copy(entryKeys.splice(0, maxBatch));
  }

  async #copy(entryKeys: readonly EntryKey[]): Promise<void> {
    const found = await Promise.all(entryKeys.map((entryKey) => this.#tier.copyOf(entryKey)));
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
    for (const [index, entry] of batch.entries()) if (marked[index] === true) this.#markCopied(idOf(entry));
  }

  #markCopied(name: string): void {
    this.written += 1;
    if (this.#copiedUntil.size >= maxCopiedKeys) this.#copiedUntil.clear();
    this.#copiedUntil.set(name, performance.now() + recopyAfterMs);
  }
}

const idOf = ({ namespace, key }: EntryKey): string => `${namespace}\0${key}`;
