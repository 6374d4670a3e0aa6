import { LRUCache } from 'lru-cache';
import { atMostEntries } from '#compute';
import { type Allowance, type AllowanceStore, slotsPerWindow, type Verdict } from './allowance.ts';
import { type Slots, takeFromWindow } from './sliding-window.ts';

/** Counts kept in this process: for one copy, or for the time that Redis is away. The least recently seen keys make room for new ones. */
export class LocalWindows implements AllowanceStore {
  private readonly windows: LRUCache<string, Slots>;

  constructor(
    private readonly nowMs: () => number = Date.now,
    maxKeys = 50_000,
  ) {
    this.windows = new LRUCache(atMostEntries(maxKeys));
  }

  take(allowance: Allowance): Verdict {
    return takeFromWindow(this.slotsOf(allowance.key), allowance, this.nowMs());
  }

  /** Counts what was granted elsewhere, so that the count goes on from there should elsewhere go away; negative takes it back. */
  note({ key, windowMs }: Pick<Allowance, 'key' | 'windowMs'>, units: number): void {
    const slots = this.slotsOf(key);
    const slot = Math.floor((this.nowMs() * slotsPerWindow) / windowMs);
    if (units > 0) {
      for (const old of slots.keys()) if (old < slot - slotsPerWindow) slots.delete(old);
      slots.set(slot, (slots.get(slot) ?? 0) + units);
    } else {
      takeBack(slots, -units);
    }
  }

  private slotsOf(key: string): Slots {
    const known = this.windows.get(key);
    if (known) return known;
    const slots: Slots = new Map();
    this.windows.set(key, slots);
    return slots;
  }
}

/** From the newest slots first: what is returned was taken last. */
function takeBack(slots: Slots, units: number): void {
  let left = units;
  for (const slot of [...slots.keys()].sort((a, b) => b - a)) {
    const taken = Math.min(left, slots.get(slot) ?? 0);
    slots.set(slot, (slots.get(slot) ?? 0) - taken);
    left -= taken;
  }
}
