/** Units that searches have used, counted in Redis for all copies of the service. */
import { Inject, Injectable } from '@nestjs/common';
import type { TrackProvider } from '#contracts';
import { REDIS } from '#platform';
import type { RedisConnection } from '#storage';
import type { ProviderQuota } from './provider.ts';

/** Atomic. KEYS[1] the window; ARGV units, limit, seconds to keep. Answers whether the units were taken. */
const takeScript = `
local used, units = tonumber(redis.call('GET', KEYS[1]) or '0'), tonumber(ARGV[1])
if used + units > tonumber(ARGV[2]) then return 0 end
redis.call('SET', KEYS[1], used + units, 'EX', ARGV[3])
return 1
`;

/** Atomic. KEYS[1] the window; ARGV units. A window that has ended stays gone. */
const giveBackScript = `
local used, units = tonumber(redis.call('GET', KEYS[1]) or '0'), tonumber(ARGV[1])
if used >= units then redis.call('DECRBY', KEYS[1], units) end
`;

const pacificDate = new Intl.DateTimeFormat('en-CA', { timeZone: 'America/Los_Angeles', dateStyle: 'short' });

/** The part of the key that changes with the window. */
export const windowOf = ({ window }: Pick<ProviderQuota, 'window'>, at: Date): string =>
  window === 'pacific-day' ? pacificDate.format(at) : String(Math.floor(at.getTime() / 1_000 / window));

@Injectable()
export class ProviderQuotaStore {
  constructor(@Inject(REDIS) private readonly redis: RedisConnection) {}

  /** @returns false when the window has not so many units left. @throws when Redis does not answer */
  async take(provider: TrackProvider, quota: ProviderQuota, at: Date): Promise<boolean> {
    const keptSeconds = quota.window === 'pacific-day' ? 2 * 86_400 : 2 * quota.window;
    return (await this.redis.client.eval(takeScript, 1, keyOf(provider, quota, at), quota.perSearch, quota.limit, keptSeconds)) === 1;
  }

  /** Of a search that was not sent. @param at when they were taken @throws when Redis does not answer */
  async giveBack(provider: TrackProvider, quota: ProviderQuota, at: Date): Promise<void> {
    await this.redis.client.eval(giveBackScript, 1, keyOf(provider, quota, at), quota.perSearch);
  }

  /** @throws when Redis does not answer */
  async remaining(provider: TrackProvider, quota: ProviderQuota, at = new Date()): Promise<number> {
    return Math.max(0, quota.limit - Number((await this.redis.client.get(keyOf(provider, quota, at))) ?? 0));
  }
}

const keyOf = (provider: TrackProvider, quota: ProviderQuota, at: Date) => `audio:provider-quota:${provider}:${windowOf(quota, at)}`;
