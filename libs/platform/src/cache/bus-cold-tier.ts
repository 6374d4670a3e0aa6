/** The cold tier of the cache service, called over the bus. A missing, slow or full tier costs a request at most its short deadline. */

import type { ColdEntry, ColdTier } from '#cache';
import { coldEntryMaxBytes, getColdEntry, putColdEntries, type ServiceName } from '#contracts';
import type { Bus } from '../bus/bus.ts';
import { openCall, runInCall } from '../calls/request-context.ts';

/** Entries with longer keys are not stored. */
const maxKeyLength = 512;

export class BusColdTier implements ColdTier {
  readonly maxEntryBytes = coldEntryMaxBytes;
  readonly #bus: Bus;
  readonly #service: ServiceName;

  constructor(bus: Bus, service: ServiceName) {
    this.#bus = bus;
    this.#service = service;
  }

  async get(entryKey: { namespace: string; key: string }): Promise<Buffer | undefined> {
    const { sealed } = await this.#bus.call(getColdEntry, { service: this.#service, namespace: entryKey.namespace, key: entryKey.key });
    return sealed === null ? undefined : Buffer.from(sealed, 'base64');
  }

  /** Runs in a call context of its own: the copy is written after the request that caused it, without its deadline. */
  async put(entries: readonly ColdEntry[]): Promise<void> {
    const fitting = entries.filter(({ key }) => key.length > 0 && key.length <= maxKeyLength);
    if (fitting.length === 0) return;
    const rows = fitting.map(({ namespace, key, sealed, deadAtMs }) => ({ namespace, key, deadAtMs, sealed: sealed.toString('base64') }));
    const call = openCall({ deadlineMs: putColdEntries.deadlineMs });
    await runInCall(call, () => this.#bus.call(putColdEntries, { service: this.#service, entries: rows }));
  }
}
