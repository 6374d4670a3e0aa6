/** Search at providers, on a loopback server with their shapes and a real Redis. Nothing else is ever called. */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Registry } from 'prom-client';
import { TieredCache } from '#cache';
import { ConnectionManager } from '#compute/connections';
import { Log, openCall, runInCall } from '#platform';
import { openRedis, type RedisConnection } from '#storage';
import { testRedisUrl } from '#testing';
import type { AudioCache } from '../audio-cache.ts';
import { ProviderQuotaStore } from './provider-quota.store.ts';
import { makeProviders } from './provider-registry.ts';
import { connectionOptions, providerSearchConfig } from './provider-search.config.ts';
import { ProviderSearchService } from './provider-search.service.ts';
import { type Fault, type LoopbackProviders, startProviders } from './testing/loopback-providers.ts';

const log = Log.open({ service: 'audio', instance: 'test', level: 'silent' });
let redis: RedisConnection;
let remote: LoopbackProviders;
const closing: (() => Promise<unknown>)[] = [];

beforeEach(async () => {
  remote = await startProviders();
  redis = openRedis(await testRedisUrl(), { role: 'limits', commandTimeoutMs: 10_000 });
  await once(redis.client, 'ready');
  const keys = await redis.client.keys('audio:provider-quota:*');
  if (keys.length > 0) await redis.client.del(keys);
  closing.push(
    () => remote.receiver.stop(),
    () => redis.close(),
  );
});
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** One copy of the service. */
function start(environment: Readonly<Record<string, string>> = remote.environment, share = '1', given?: ProviderQuotaStore) {
  const config = providerSearchConfig.parse({ AUDIO_SEARCH_TIMEOUT_MS: '10000', AUDIO_SEARCH_OWNER_SHARE: share, ...environment });
  const quotas = given ?? new ProviderQuotaStore(redis, config);
  const manager = new ConnectionManager({ ...connectionOptions(config), registry: new Registry() });
  const registry = new Registry();
  const cache = new TieredCache({ service: 'audio', namespaces: { 'provider-search': {} }, registry }) as unknown as AudioCache;
  closing.push(
    () => manager.close(),
    async () => cache.close(),
  );
  const providers = makeProviders((name, endpoints) => manager.open({ name, endpoints }), config);
  return new ProviderSearchService(providers, quotas, cache, config, log);
}
const question = () => ({ q: `Jóga ${randomUUID()}`, limit: 20 });
const statesOf = ({ providers }: Awaited<ReturnType<ProviderSearchService['search']>>) =>
  Object.fromEntries(providers.map(({ name, state }) => [name, state]));
const allAnswered = { soundcloud: 'answered', itunes: 'answered', youtube: 'answered' };

describe('a search at providers', () => {
  it('asks all of them and makes one list, the same track once with all its sources', async () => {
    const found = await start().search(question());
    expect(statesOf(found)).toEqual(allAnswered);
    expect(found.items.map(({ sources }) => sources.map(({ provider }) => provider))).toEqual([
      ['soundcloud', 'itunes', 'youtube'],
      ['youtube'],
    ]);
    expect(found.items[0]).toMatchObject({ title: 'Jóga', artist: 'Björk', album: 'Homogenic', durationSeconds: 305.1 });
    expect(found.items[1]).toMatchObject({ title: 'Joga (Official Video) & more', artist: 'Björk', durationSeconds: null });
    expect(remote.receiver.requests.map(({ url }) => url).join()).not.toContain('yt-key');
  });

  it.each<[Fault, string]>([
    ['html', 'failed'],
    ['half', 'failed'],
    ['huge', 'failed'],
    ['redirect', 'failed'],
    ['fails', 'failed'],
    ['refuses', 'refused'],
  ])('goes on without a provider whose answer is %s', async (fault, state) => {
    remote.faults.it = fault;
    const found = await start().search(question());
    expect(statesOf(found)).toEqual({ ...allAnswered, itunes: state });
    expect(found.items).toHaveLength(2);
    expect(found.providers[1]!.problem).toEqual(expect.any(String));
  });

  it('waits for no provider longer than configured', async () => {
    remote.faults.it = 'late';
    const service = start({ ...remote.environment, AUDIO_SEARCH_TIMEOUT_MS: '100' });
    expect(statesOf(await service.search({ ...question(), providers: ['itunes'] }))).toEqual({ itunes: 'late' });
  });

  it('keeps good answers only', async () => {
    const [service, asked] = [start(), question()];
    remote.faults.yt = 'fails';
    expect(statesOf(await service.search(asked))).toEqual({ ...allAnswered, youtube: 'failed' });
    expect(remote.count('/yt/search')).toBe(1); // no repetition where there is a quota
    remote.faults.yt = undefined;
    expect(statesOf(await service.search(asked))).toEqual(allAnswered);
    const { items } = await service.search({ ...asked, limit: 1 });
    expect(items.flatMap(({ sources }) => sources)).toHaveLength(3); // one of each
    expect([remote.count('/it/search'), remote.count('/sc/oauth/token'), remote.count('/sc/tracks')]).toEqual([1, 1, 1]);
  });

  it('counts the quota for all copies together, and asks no more when it is used up', async () => {
    const environment = { ...remote.environment, YOUTUBE_DAILY_QUOTA: '300' };
    const copies = [start(environment), start(environment)];
    const found = await Promise.all(
      Array.from({ length: 4 }, (_, at) => copies[at % 2]!.search({ ...question(), providers: ['youtube'] })),
    );
    expect(found.map(statesOf).filter(({ youtube }) => youtube === 'quota-exceeded')).toHaveLength(2);
    expect(remote.count('/yt/search')).toBe(2);
    const { items } = await copies[0]!.list();
    expect(items.find(({ name }) => name === 'youtube')).toMatchObject({
      isConfigured: true,
      quota: { limit: 300, remaining: 98, perSearch: 101 },
    });
  });

  it('answers one owner while another has used up the share of an owner', async () => {
    const service = start({ ...remote.environment, YOUTUBE_DAILY_QUOTA: '400' }, '0.51');
    const ask = (subject: string) =>
      runInCall({ ...openCall({ deadlineMs: 60_000 }), subject }, () => service.search({ ...question(), ...onlyYouTube }));
    const states = [];
    for (const owner of ['one', 'one', 'one', 'other']) states.push(statesOf(await ask(owner)).youtube);
    expect(states).toEqual(['answered', 'answered', 'quota-exceeded', 'answered']);
  });

  const onlyYouTube = { providers: ['youtube' as const] };
  const remaining = async (service: ProviderSearchService) =>
    (await service.list()).items.find(({ name }) => name === 'youtube')!.quota!.remaining;

  it('takes nothing of the quota while a provider is not asked because it fails', async () => {
    const service = start();
    remote.faults.yt = 'fails';
    const state = async () => statesOf(await service.search({ ...question(), ...onlyYouTube })).youtube;
    for (let at = 0; at < 50 && (await state()) !== 'unavailable'; at++);
    const [before, count] = [await remaining(service), remote.count('/yt/search')];
    expect([await state(), remote.count('/yt/search')]).toEqual(['unavailable', count]);
    expect(await remaining(service)).toBe(before);
    expect(before).toBe(10_000 - 101 * count);
  });

  it('asks no provider whose quota cannot be checked', async () => {
    const gone = () => Promise.reject(new Error('Connection is closed.'));
    const service = start(remote.environment, '1', { take: gone, remaining: gone } as unknown as ProviderQuotaStore);
    const found = await service.search(question());
    expect(statesOf(found)).toEqual({ soundcloud: 'answered', itunes: 'unavailable', youtube: 'unavailable' });
    expect(found.providers[2]!.problem).toBe('The quota of this provider cannot be checked at the moment.');
  });

  it('says which providers are not configured, and asks nobody', async () => {
    const service = start({ OUTBOUND_ALLOW_PRIVATE: remote.receiver.host });
    expect(statesOf(await service.search(question()))).toEqual({
      ...{ soundcloud: 'not-configured', itunes: 'not-configured', youtube: 'not-configured' },
    });
    expect(remote.receiver.requests).toEqual([]);
  });

  it('gets a new token when SoundCloud no longer takes the old one', async () => {
    const service = start();
    const only = { providers: ['soundcloud' as const] };
    await service.search({ ...question(), ...only });
    remote.faults.sc = 'refuses';
    expect(statesOf(await service.search({ ...question(), ...only }))).toEqual({ soundcloud: 'refused' });
    remote.faults.sc = undefined;
    expect(statesOf(await service.search({ ...question(), ...only }))).toEqual({ soundcloud: 'answered' });
  });
});
