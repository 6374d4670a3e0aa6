import type { RedisClient } from '#storage';
import { type Lease, type LeaseAsk, type LeaseStore, leaseShare, slotsPerWindow } from './allowance.ts';

/**
 * One round trip, atomic, and by Redis' own clock, so that copies of the gateway need not agree on the time.
 * KEYS[1] the count; ARGV cost, want, limit, windowMs, slots, share. Answers { granted, used before, waitMs, slot, goodForMs }.
 */
const leaseScript = `
local cost, want, limit = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local windowMs, slots, share = tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6])
local time = redis.call('TIME')
local nowMs = time[1] * 1000 + math.floor(time[2] / 1000)
local slotMs = windowMs / slots
local current = math.floor(nowMs / slotMs)
local used, kept, flat = 0, {}, redis.call('HGETALL', KEYS[1])
for i = 1, #flat, 2 do
  local slot, units = tonumber(flat[i]), tonumber(flat[i + 1])
  if slot < current - slots then redis.call('HDEL', KEYS[1], flat[i])
  else used = used + units; kept[#kept + 1] = { slot, units } end
end
local free, granted = limit - used, 0
if cost <= free then
  granted = math.min(free, math.max(cost, math.min(want, math.floor(free / share))))
  redis.call('HINCRBY', KEYS[1], string.format('%.0f', current), granted)
  redis.call('PEXPIRE', KEYS[1], math.ceil(windowMs + slotMs))
  kept[#kept + 1] = { current, granted }
end
table.sort(kept, function(a, b) return a[1] < b[1] end)
local excess, back, freed = granted > 0 and 1 or used + cost - limit, 0, current
for _, entry in ipairs(kept) do
  back = back + entry[2]
  if back >= excess then freed = entry[1]; break end
end
return { granted, used, math.ceil((freed + slots + 1) * slotMs - nowMs), current, math.floor((current + 1) * slotMs - nowMs) }
`;

/** A slot that has left meanwhile has nothing to return to. KEYS[1] the count; ARGV slot, units. */
const giveBackScript = `
local units = tonumber(redis.call('HGET', KEYS[1], ARGV[1]) or 0)
if units > 0 then redis.call('HINCRBY', KEYS[1], ARGV[1], -math.min(units, tonumber(ARGV[2]))) end
`;

interface Commands {
  leaseAllowance(
    key: string,
    cost: number,
    want: number,
    limit: number,
    windowMs: number,
    slots: number,
    share: number,
  ): Promise<[number, number, number, number, number]>;
  returnAllowance(key: string, slot: number, units: number): Promise<null>;
}

/** Counts that all copies of the gateway share. */
export class RedisLeases implements LeaseStore {
  private readonly commands: Commands;

  constructor(client: RedisClient) {
    client.defineCommand('leaseAllowance', { numberOfKeys: 1, lua: leaseScript });
    client.defineCommand('returnAllowance', { numberOfKeys: 1, lua: giveBackScript });
    this.commands = client as unknown as Commands;
  }

  async lease({ key, cost, want, limit, windowMs }: LeaseAsk): Promise<Lease> {
    const answer = await this.commands.leaseAllowance(key, cost, want, limit, windowMs, slotsPerWindow, leaseShare);
    const [granted, used, waitMs, slot, goodForMs] = answer;
    return { allowed: granted > 0, granted, remaining: Math.max(0, limit - used - granted), waitMs, slot, goodForMs };
  }

  async giveBack(key: string, slot: number, units: number): Promise<void> {
    await this.commands.returnAllowance(key, slot, units);
  }
}
