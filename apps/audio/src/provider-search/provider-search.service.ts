import { createHash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import {
  Failure,
  type FoundTrack,
  type listTrackProviders,
  mergeFoundTracks,
  normalizeName,
  type ProviderAnswer,
  type ReplyOf,
  type RequestOf,
  searchLimitMax,
  type searchTracks,
  type TrackProvider,
  trackProviders,
} from '#contracts';
import { Log } from '#platform';
import { AUDIO_CACHE, type AudioCache } from '../audio-cache.ts';
import { ProviderProblem, type ProviderQuota, type TrackSearchProvider } from './provider.ts';
import { ProviderQuotaStore } from './provider-quota.store.ts';
import { PROVIDER_SEARCH_CONFIG, type ProviderSearchConfig } from './provider-search.config.ts';

export const PROVIDERS = Symbol('providers of tracks');

interface ProviderResult {
  readonly answer: ProviderAnswer;
  readonly tracks: readonly FoundTrack[];
}

@Injectable() // asks providers at the same time, and makes one list of what they find
export class ProviderSearchService {
  constructor(
    @Inject(PROVIDERS) private readonly providers: readonly TrackSearchProvider[],
    private readonly quotas: ProviderQuotaStore,
    @Inject(AUDIO_CACHE) private readonly cache: AudioCache,
    @Inject(PROVIDER_SEARCH_CONFIG) private readonly config: ProviderSearchConfig,
    private readonly log: Log,
  ) {}

  /** Takes as long as the slowest provider, at most its deadline. Never fails because of a provider. */
  async search({
    q,
    limit,
    providers: wanted = [...trackProviders],
  }: RequestOf<typeof searchTracks>): Promise<ReplyOf<typeof searchTracks>> {
    const names = trackProviders.filter((name) => wanted.includes(name));
    const results = await Promise.all(names.map((name) => this.ask(name, q, limit)));
    const items = mergeFoundTracks(results.map(({ tracks }) => tracks));
    return { items, nextCursor: null, providers: results.map(({ answer }) => answer) };
  }

  async list(): Promise<ReplyOf<typeof listTrackProviders>> {
    return { items: await Promise.all(trackProviders.map((name) => this.statusOf(name))), nextCursor: null };
  }

  private async statusOf(name: TrackProvider) {
    const provider = this.find(name);
    const { quota } = provider ?? {};
    const remaining = quota ? await this.quotas.remaining(name, quota).catch(() => undefined) : undefined;
    const known = quota && remaining !== undefined ? { limit: quota.limit, remaining, perSearch: quota.perSearch } : null;
    return { name, isConfigured: provider !== undefined, health: provider?.connection.health ?? 0, quota: known };
  }

  private async ask(name: TrackProvider, q: string, limit: number): Promise<ProviderResult> {
    const provider = this.find(name);
    if (!provider) {
      const problem = 'This installation has no credentials or address of this provider.';
      return { tracks: [], answer: { name, state: 'not-configured', tookMs: 0, problem } };
    }
    const startMs = performance.now();
    const tookMs = () => Math.round(performance.now() - startMs);
    try {
      const tracks = (await this.cached(provider, q)).slice(0, limit);
      return { tracks, answer: { name, state: 'answered', tookMs: tookMs(), problem: null } };
    } catch (error) {
      const { state, problem } = whyNot(error);
      this.log.warn({ provider: name, state, err: error }, 'a provider has not answered a search');
      return { tracks: [], answer: { name, state, tookMs: tookMs(), problem } };
    }
  }

  /** Only good answers are kept, for any limit; the same question at the same time is asked once. */
  private cached(provider: TrackSearchProvider, q: string): Promise<FoundTrack[]> {
    const question = createHash('sha256').update(normalizeQuestion(q)).digest('base64url');
    const options = { ttlSeconds: this.config.AUDIO_SEARCH_CACHE_TTL };
    return this.cache.wrap('provider-search', `${provider.name}:${question}`, () => this.load(provider, q), options);
  }

  private async load(provider: TrackSearchProvider, q: string): Promise<FoundTrack[]> {
    const search = () => provider.search({ q, limit: searchLimitMax, timeoutMs: this.config.AUDIO_SEARCH_TIMEOUT_MS });
    const { name, quota } = provider;
    if (!quota) return search();
    const at = new Date();
    if (!(await this.takeUnits(name, quota, at)))
      throw new ProviderProblem('quota-exceeded', 'The quota of this provider, or your share of it, is used up for now.');
    try {
      return await search();
    } catch (error) {
      if (isNotSent(error)) await this.quotas.giveBack(name, quota, at).catch(() => undefined);
      throw error;
    }
  }

  private async takeUnits(name: TrackProvider, quota: ProviderQuota, at: Date): Promise<boolean> {
    try {
      return await this.quotas.take(name, quota, at);
    } catch (error) {
      this.log.warn({ provider: name, err: error }, 'the quota of a provider cannot be checked');
      throw new ProviderProblem('unavailable', 'The quota of this provider cannot be checked at the moment.');
    }
  }

  private find(name: TrackProvider): TrackSearchProvider | undefined {
    return this.providers.find((provider) => provider.name === name);
  }
}

/** Case and blanks make no difference to any provider. A question of signs only stays as it is. */
const normalizeQuestion = (q: string) => normalizeName(q) || q;

/** The connection has refused it: the provider has heard nothing. */
const isNotSent = (error: unknown) => error instanceof Failure && (error.code === 'service-unavailable' || error.code === 'overloaded');

/** What clients are told contains nothing of the provider's own texts, nor of addresses. */
function whyNot(error: unknown): { readonly state: ProviderAnswer['state']; readonly problem: string } {
  if (error instanceof ProviderProblem) return { state: error.state, problem: error.message };
  const code = error instanceof Failure ? error.code : undefined;
  if (code === 'deadline-exceeded') return { state: 'late', problem: 'The provider took too long.' };
  if (isNotSent(error))
    return { state: 'unavailable', problem: 'The provider is not asked at the moment: it has failed, or too many searches wait for it.' };
  if (code === 'payload-too-large') return { state: 'failed', problem: 'The answer of the provider is too large.' };
  if (code === 'address-refused') return { state: 'failed', problem: 'The address of the provider is not allowed.' };
  return { state: 'failed', problem: 'The provider cannot be reached.' };
}
