import { Inject, Injectable } from '@nestjs/common';
import { ProviderProblem, type TrackSearchProvider, type VideoDetails } from './provider.ts';
import { ProviderQuotaStore } from './provider-quota.store.ts';
import { PROVIDER_SEARCH_CONFIG, type ProviderSearchConfig } from './provider-search.config.ts';
import { PROVIDERS } from './provider-search.service.ts';

@Injectable() // finds out what YouTube says of one video, for a unit of the day's quota
export class VideoDetailsService {
  constructor(
    @Inject(PROVIDERS) private readonly providers: readonly TrackSearchProvider[],
    private readonly quotas: ProviderQuotaStore,
    @Inject(PROVIDER_SEARCH_CONFIG) private readonly config: Pick<ProviderSearchConfig, 'AUDIO_CONNECTION_TIMEOUT'>,
  ) {}

  /** Whether this installation may ask. */
  get isConfigured(): boolean {
    return this.provider !== undefined;
  }

  /**
   * @returns undefined where there is no such video, or it is private
   * @throws ProviderProblem, also `not-configured`; what the connection throws
   */
  async find(youTubeId: string, signal: AbortSignal): Promise<VideoDetails | undefined> {
    const { provider } = this;
    if (!provider?.describe) throw new ProviderProblem('not-configured', 'This installation has no key for YouTube.');
    const { name, quota } = provider;
    if (quota && !(await this.quotas.take(name, { ...quota, perSearch: 1 }, new Date())))
      throw new ProviderProblem('quota-exceeded', 'The quota of this provider, or your share of it, is used up for now.');
    return provider.describe(youTubeId, { timeoutMs: 1_000 * this.config.AUDIO_CONNECTION_TIMEOUT, signal });
  }

  private get provider(): TrackSearchProvider | undefined {
    return this.providers.find(({ describe }) => describe !== undefined);
  }
}
