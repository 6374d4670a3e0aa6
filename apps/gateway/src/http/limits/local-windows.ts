import { LRUCache } from 'lru-cache';
import type { Allowance, AllowanceStore, Verdict } from './allowance.ts';
import { type Slots, takeFromWindow } from './sliding-window.ts';

/** Counts kept in this process: for one copy, or for the time that Redis is away. The least recently seen keys make room for new ones. */
export class LocalWindows implements AllowanceStore {
  private readonly windows: LRUCache<string, Slots>;

  constructor(
    private readonly nowMs: () => number = Date.now,
    maxKeys = 50_000,
  ) {
    this.windows = new LRUCache({ max: maxKeys });
  }

  async take(allowance: Allowance): Promise<Verdict> {
    const slots = this.windows.get(allowance.key) ?? new Map<number, number>();
    this.windows.set(allowance.key, slots);
    return takeFromWindow(slots, allowance, this.nowMs());
  }

  /** Takes back what `take` has just granted. */
  giveBack({ key, cost }: Allowance): void {
    const slots = this.windows.get(key);
    const newest = slots && Math.max(...slots.keys());
    if (slots && newest !== undefined) slots.set(newest, Math.max(0, (slots.get(newest) ?? 0) - cost));
  }
}
