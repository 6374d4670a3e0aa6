/** Which providers this installation can ask. A new provider is one class and one entry here. */
import type { TrackProvider } from '#contracts';
import { ItunesProvider } from './itunes.provider.ts';
import type { OpenConnection, TrackSearchProvider } from './provider.ts';
import type { ProviderSearchConfig } from './provider-search.config.ts';
import { SoundCloudProvider } from './soundcloud.provider.ts';
import { YouTubeProvider } from './youtube.provider.ts';

type MakeProvider = (open: OpenConnection, config: ProviderSearchConfig) => TrackSearchProvider | undefined;

const plugIns: Readonly<Record<TrackProvider, MakeProvider>> = {
  soundcloud: (open, config) => {
    const { SOUNDCLOUD_URL: url, SOUNDCLOUD_AUTH_URL: authUrl } = config;
    const { SOUNDCLOUD_CLIENT_ID: clientId, SOUNDCLOUD_CLIENT_SECRET: clientSecret } = config;
    return clientId && clientSecret ? new SoundCloudProvider(open, { url, authUrl, clientId, clientSecret }) : undefined;
  },
  itunes: (open, { ITUNES_URL: url }) => (url ? new ItunesProvider(open, url) : undefined),
  youtube: (open, { YOUTUBE_URL: url, YOUTUBE_API_KEY: key, YOUTUBE_DAILY_QUOTA: dailyQuota }) =>
    key ? new YouTubeProvider(open, { url, key, dailyQuota }) : undefined,
};

/** Those that are configured. */
export const makeProviders = (open: OpenConnection, config: ProviderSearchConfig): TrackSearchProvider[] =>
  Object.values(plugIns).flatMap((make) => make(open, config) ?? []);
