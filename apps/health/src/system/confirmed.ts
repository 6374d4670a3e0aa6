/** Hysteresis: something counts once it was seen in two checks in a row, and until it was missed in two in a row. */

interface Sighting<T> {
  value: T;
  /** Checks in a row that saw it. */
  seen: number;
  /** Checks in a row that missed it. */
  missed: number;
  isConfirmed: boolean;
  readonly sinceMs: number;
}

export interface Confirmed<T> {
  readonly value: T;
  /** When it was seen first. */
  readonly sinceMs: number;
}

const checksToChange = 2;

/** Bounded: keys come from closed lists, and what has been missed twice is forgotten. */
export class Confirmations<T> {
  readonly #sightings = new Map<string, Sighting<T>>();
  readonly #keyOf: (value: T) => string;
  #hasChecked = false;

  constructor(keyOf: (value: T) => string) {
    this.#keyOf = keyOf;
  }

  /**
   * @param found what this check saw. What the very first check sees counts at once: there is nothing yet that it could contradict
   * @returns what counts now, with the newest value of each
   */
  update(found: readonly T[], nowMs: number): Confirmed<T>[] {
    for (const sighting of this.#sightings.values()) sighting.missed += 1;
    for (const value of found) this.#see(value, nowMs);
    for (const [key, sighting] of this.#sightings) {
      if (sighting.missed > 0) sighting.seen = 0;
      if (sighting.missed >= (sighting.isConfirmed ? checksToChange : 1)) this.#sightings.delete(key);
    }
    this.#hasChecked = true;
    return [...this.#sightings.values()].filter(({ isConfirmed }) => isConfirmed).map(({ value, sinceMs }) => ({ value, sinceMs }));
  }

  #see(value: T, nowMs: number): void {
    const key = this.#keyOf(value);
    const known = this.#sightings.get(key) ?? { value, seen: 0, missed: 0, isConfirmed: !this.#hasChecked, sinceMs: nowMs };
    known.value = value;
    known.missed = 0;
    known.seen += 1;
    known.isConfirmed ||= known.seen >= checksToChange;
    this.#sightings.set(key, known);
  }
}
