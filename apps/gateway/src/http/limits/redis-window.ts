import type { Redis } from 'ioredis';
import { type Allowance, type AllowanceStore, slotsPerWindow, type Verdict } from './allowance.ts';

/**
 * One round trip, atomic, and by Redis' own clock, so that copies of the gateway need not agree on the time.
 * KEYS[1] the count; ARGV cost, limit, windowMs, slots. Answers { allowed 0|1, used before, waitMs }.
 */
const takeScript = `
local cost, limit, windowMs, slots = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
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
local allowed = used + cost <= limit
if allowed then
  redis.call('HINCRBY', KEYS[1], string.format('%.0f', current), cost)
  redis.call('PEXPIRE', KEYS[1], math.ceil(windowMs + slotMs))
  kept[#kept + 1] = { current, cost }
end
table.sort(kept, function(a, b) return a[1] < b[1] end)
local excess, back, freed = allowed and 1 or used + cost - limit, 0, current
for _, entry in ipairs(kept) do
  back = back + entry[2]
  if back >= excess then freed = entry[1]; break end
end
return { allowed and 1 or 0, used, math.ceil((freed + slots + 1) * slotMs - nowMs) }
`;

type Take = (key: string, cost: number, limit: number, windowMs: number, slots: number) => Promise<[number, number, number]>;

/** Counts that all copies of the gateway share. */
export class RedisWindow implements AllowanceStore {
  private readonly run: Take;

  constructor(client: Redis) {
    client.defineCommand('takeAllowance', { numberOfKeys: 1, lua: takeScript });
    this.run = (client as unknown as { takeAllowance: Take }).takeAllowance.bind(client);
  }

  async take({ key, cost, limit, windowMs }: Allowance): Promise<Verdict> {
    const [allowed, used, waitMs] = await this.run(key, cost, limit, windowMs, slotsPerWindow);
    return { allowed: allowed === 1, remaining: Math.max(0, limit - used - (allowed === 1 ? cost : 0)), waitMs };
  }
}
