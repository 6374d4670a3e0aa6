/** Reaches the cold tier, which the cache service keeps, over the bus. Absent, slow or full, it costs a request nothing but its short deadline. */

import type { ColdEntry, ColdTier } from '#cache';
import { coldEntryMaxBytes, getColdEntry, putColdEntries, type ServiceName } from '#contracts';
import type { Bus } from '../bus/bus.ts';
import { openCall, runInCall } from '../calls/call-scope.ts';

/** Longer keys are not worth a row. */
const maxKeyLength = 512;

export class BusColdTier implements ColdTier {
  readonly maxEntryBytes = coldEntryMaxBytes;
  readonly #bus: Bus;
  readonly #service: ServiceName;

  constructor(bus: Bus, service: ServiceName) {
    this.#bus = bus;
    this.#service = service;
  }

  async get(place: { namespace: string; key: string }): Promise<Buffer | undefined> {
    const { sealed } = await this.#bus.call(getColdEntry, { service: this.#service, namespace: place.namespace, key: place.key });
    return sealed === null ? undefined : Buffer.from(sealed, 'base64');
  }

  /** Entries are handed over behind the request that made them worth it; its deadline is none of theirs. */
  async put(entries: readonly ColdEntry[]): Promise<void> {
    const fitting = entries.filter(({ key }) => key.length > 0 && key.length <= maxKeyLength);
    if (fitting.length === 0) return;
    const rows = fitting.map(({ namespace, key, sealed, deadAtMs }) => ({ namespace, key, deadAtMs, sealed: sealed.toString('base64') }));
    const call = openCall({ deadlineMs: putColdEntries.deadlineMs });
    await runInCall(call, () => this.#bus.call(putColdEntries, { service: this.#service, entries: rows }));
  }
}
