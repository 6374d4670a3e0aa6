/** One kind of job in one process: its slots, how many are free, and whose turn is next. */

import { WakeSignal } from '#compute';
import type { JobKind } from '#contracts';
import type { Claim } from './claim.store.ts';
import { InFlightBatch } from './in-flight-batch.ts';
import type { JobHandler } from './job-run.ts';

export interface SlotOptions {
  /** Jobs of the kind at a time in this process. */
  readonly slots: number;
  /** Jobs of the kind may wait although a slot is free, because their owners are at a limit. */
  readonly isOwnerLimited: boolean;
}

export class KindSlots {
  readonly kind: JobKind;
  readonly handler: JobHandler<JobKind>;
  readonly isOwnerLimited: boolean;
  readonly slotFreed = new WakeSignal();
  readonly #slots: number;
  readonly #busy = new Set<Promise<void>>();
  /** Slots that ask at the same time share one statement. */
  readonly #claims: InFlightBatch<undefined, Claim | undefined>;
  #failure: { readonly error: unknown } | undefined;

  /** @param claim takes so many jobs, of the owners behind the one whose job of this kind was taken last */
  constructor(
    kind: JobKind,
    handler: JobHandler<JobKind>,
    { slots, isOwnerLimited }: SlotOptions,
    claim: (count: number, lastOwnerId: string | undefined) => Promise<readonly Claim[]>,
  ) {
    this.kind = kind;
    this.handler = handler;
    this.isOwnerLimited = isOwnerLimited;
    this.#slots = slots;
    let lastOwnerId: string | undefined;
    this.#claims = new InFlightBatch<undefined, Claim | undefined>(async (requests) => {
      const claims = await claim(requests.length, lastOwnerId);
      lastOwnerId = claims.at(-1)?.ownerId ?? lastOwnerId;
      return claims;
    });
  }

  get freeSlots(): number {
    return this.#slots - this.#busy.size;
  }

  /** @returns undefined when no job of this kind is due, or only jobs of owners who are at their limit */
  claim(): Promise<Claim | undefined> {
    return this.#claims.add(undefined);
  }

  /** The slot is free again when `run` has settled. */
  occupySlot(run: () => Promise<void>): void {
    const busy = run()
      .catch((error: unknown) => {
        this.#failure = { error };
      })
      .finally(() => {
        this.#busy.delete(busy);
        this.slotFreed.notify();
      });
    this.#busy.add(busy);
  }

  /** Hands a slot's failure to the loop that fetches messages, which then rests: a database that is away would fail every message at once. */
  throwLastFailure(): void {
    const failure = this.#failure;
    this.#failure = undefined;
    if (failure) throw failure.error;
  }

  async whenIdle(): Promise<void> {
    await Promise.all(this.#busy);
  }
}
