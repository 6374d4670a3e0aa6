/** Sliding-window counting as a pure function over slots; `redis-window.ts` says the same in Lua. */
import { type Allowance, slotsPerWindow, type Verdict } from './allowance.ts';

/** Units spent by slot number; slot n covers [n, n + 1) × windowMs / slotsPerWindow since the epoch. */
export type Slots = Map<number, number>;

/** Asks for `cost` units at `nowMs`; changes `slots` when they are granted and drops the slots that have left the window. */
export function takeFromWindow(slots: Slots, { cost, limit, windowMs }: Omit<Allowance, 'key'>, nowMs: number): Verdict {
  const slotMs = windowMs / slotsPerWindow;
  const current = Math.floor(nowMs / slotMs);
  for (const slot of slots.keys()) if (slot < current - slotsPerWindow) slots.delete(slot);

  const used = [...slots.values()].reduce((sum, units) => sum + units, 0);
  const allowed = used + cost <= limit;
  if (allowed) slots.set(current, (slots.get(current) ?? 0) + cost);
  const excess = allowed ? 1 : used + cost - limit;
  const freed = slotThatFrees(slots, excess) ?? current;
  return { allowed, remaining: Math.max(0, limit - used - (allowed ? cost : 0)), waitMs: (freed + slotsPerWindow + 1) * slotMs - nowMs };
}

/** The slot with whose leaving `units` have come back. */
function slotThatFrees(slots: Slots, units: number): number | undefined {
  let back = 0;
  for (const [slot, spent] of [...slots].sort(([a], [b]) => a - b)) {
    back += spent;
    if (back >= units) return slot;
  }
  return undefined;
}
