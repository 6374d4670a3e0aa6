/**
 * Work under way for a key: everyone who asks meanwhile gets the same promise. An invalidation that arrives during the work spoils it: those
 * who already wait still get the value (they asked before), but it is remembered nowhere and nobody else may join.
 */
export interface Flight {
  readonly key: string;
  spoiled: boolean;
}

export class Flights {
  readonly #waiting = new Map<string, { flight: Flight; outcome: Promise<unknown> }>();
  readonly #open = new Map<string, Set<Flight>>();

  get count(): number {
    return this.#open.size;
  }

  has(key: string): boolean {
    return this.#open.has(key);
  }

  /** Joins the work on `key`, or starts it. A failure reaches everyone who joined; the next asker starts anew. */
  join<T>(key: string, work: (flight: Flight) => Promise<T>): Promise<T> {
    const known = this.#waiting.get(key);
    if (known) return known.outcome as Promise<T>;
    const flight = this.open(key);
    const outcome = work(flight).finally(() => {
      this.land(flight);
      if (this.#waiting.get(key)?.flight === flight) this.#waiting.delete(key);
    });
    this.#waiting.set(key, { flight, outcome });
    return outcome;
  }

  /** Registers work that nobody joins, such as a write, so that it hears of invalidations. Must be landed. */
  open(key: string): Flight {
    const flight: Flight = { key, spoiled: false };
    const siblings = this.#open.get(key);
    if (siblings) siblings.add(flight);
    else this.#open.set(key, new Set([flight]));
    return flight;
  }

  land(flight: Flight): void {
    const siblings = this.#open.get(flight.key);
    if (siblings?.delete(flight) && siblings.size === 0) this.#open.delete(flight.key);
  }

  spoil(key: string): void {
    for (const flight of this.#open.get(key) ?? []) flight.spoiled = true;
    this.#waiting.delete(key);
  }

  spoilAll(): void {
    for (const key of this.#open.keys()) this.spoil(key);
  }
}
