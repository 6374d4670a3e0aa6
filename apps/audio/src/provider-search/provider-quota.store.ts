/** Units that searches have used, counted in Redis for all copies of the service. */
import { Inject, Injectable } from '@nestjs/common';
import type { TrackProvider } from '#contracts';
import { currentCall, REDIS } from '#platform';
import type { RedisConnection } from '#storage';
import type { ProviderQuota } from './provider.ts';
import { PROVIDER_SEARCH_CONFIG, type ProviderSearchConfig } from './provider-search.config.ts';

/** Atomic. KEYS the window, that of the owner where there is one; ARGV units, seconds to keep, the limit of each key. Answers whether the units were taken. */
const takeScript = `
local units = tonumber(ARGV[1])
for at, key in ipairs(KEYS) do
  if tonumber(redis.call('GET', key) or '0') + units > tonumber(ARGV[2 + at]) then return 0 end
end
for _, key in ipairs(KEYS) do
  redis.call('INCRBY', key, units)
  redis.call('EXPIRE', key, ARGV[2])
end
return 1
`;

/** Atomic. KEYS as above; ARGV units. A window that has ended stays gone. */
const giveBackScript = `
local units = tonumber(ARGV[1])
for _, key in ipairs(KEYS) do
  if tonumber(redis.call('GET', key) or '0') >= units then redis.call('DECRBY', key, units) end
end
`;

const pacificDate = new Intl.DateTimeFormat('en-CA', { timeZone: 'America/Los_Angeles', dateStyle: 'short' });

/** The part of the key that changes with the window. */
export const windowOf = ({ window }: Pick<ProviderQuota, 'window'>, at: Date): string =>
  window === 'pacific-day' ? pacificDate.format(at) : String(Math.floor(at.getTime() / 1_000 / window));

@Injectable()
export class ProviderQuotaStore {
  constructor(
    @Inject(REDIS) private readonly redis: RedisConnection,
    @Inject(PROVIDER_SEARCH_CONFIG) private readonly config: Pick<ProviderSearchConfig, 'AUDIO_SEARCH_OWNER_SHARE'>,
  ) {}

  /** For the owner of the current call, if there is one. @returns false when the window, or the owner's share of it, has not so many units left. @throws when Redis does not answer */
  async take(provider: TrackProvider, quota: ProviderQuota, at: Date): Promise<boolean> {
    const keptSeconds = quota.window === 'pacific-day' ? 2 * 86_400 : 2 * quota.window;
    const keys = keysOf(provider, quota, at);
    const share = Math.max(quota.perSearch, Math.floor(quota.limit * this.config.AUDIO_SEARCH_OWNER_SHARE));
    return (await this.redis.client.eval(takeScript, keys.length, ...keys, quota.perSearch, keptSeconds, quota.limit, share)) === 1;
  }

  /** Of a search that was not sent. @param at when they were taken @throws when Redis does not answer */
  async giveBack(provider: TrackProvider, quota: ProviderQuota, at: Date): Promise<void> {
    const keys = keysOf(provider, quota, at);
    await this.redis.client.eval(giveBackScript, keys.length, ...keys, quota.perSearch);
  }

  /** @throws when Redis does not answer */
  async remaining(provider: TrackProvider, quota: ProviderQuota, at = new Date()): Promise<number> {
    return Math.max(0, quota.limit - Number((await this.redis.client.get(keyOf(provider, quota, at))) ?? 0));
  }
}

const keyOf = (provider: TrackProvider, quota: ProviderQuota, at: Date) => `audio:provider-quota:${provider}:${windowOf(quota, at)}`;

/** The window of all, and that of the owner. */
function keysOf(provider: TrackProvider, quota: ProviderQuota, at: Date): string[] {
  const [key, ownerId] = [keyOf(provider, quota, at), currentCall()?.subject];
  return ownerId === undefined ? [key] : [key, `${key}:${ownerId}`];
}
