/** What a provider of tracks has to offer, and how it says that it cannot. */
import type { UpstreamEndpoint, UpstreamRequest, UpstreamResponse } from '#compute/connections';
import type { FoundTrack, ProviderAnswer, TrackProvider } from '#contracts';

/** The part of `Upstream` that is used here. */
export interface ProviderConnection {
  send(request: UpstreamRequest): Promise<UpstreamResponse>;
  readonly health: number;
}

export interface ProviderQuota {
  readonly limit: number;
  readonly perSearch: number;
  /** `pacific-day`: from midnight to midnight in Los Angeles; else a window of so many seconds. */
  readonly window: 'pacific-day' | number;
}

export interface SearchQuery {
  readonly q: string;
  readonly limit: number;
  readonly timeoutMs: number;
}

/** What a provider of videos says of one. */
export interface VideoDetails {
  readonly title: string;
  readonly channel: string;
  /** Null for a live stream. */
  readonly durationSeconds: number | null;
}

/** A plug-in: one for each provider, made with its connections. */
export interface TrackSearchProvider {
  readonly name: TrackProvider;
  readonly connection: Pick<ProviderConnection, 'health'>;
  readonly quota?: ProviderQuota;
  /** Where there is a quota, it repeats no request. @throws ProviderProblem, and what the connection throws */
  search(query: SearchQuery): Promise<FoundTrack[]>;
  /** For one unit of the quota. @returns undefined where there is no such video. Throws the same */
  describe?(videoId: string, limits: { readonly timeoutMs: number; readonly signal: AbortSignal }): Promise<VideoDetails | undefined>;
}

/** How a plug-in opens its connections. */
export type OpenConnection = (name: string, endpoints: readonly UpstreamEndpoint[]) => ProviderConnection;

export class ProviderProblem extends Error {
  readonly state: ProviderAnswer['state'];

  constructor(state: ProviderAnswer['state'], message: string) {
    super(message);
    this.state = state;
  }
}
