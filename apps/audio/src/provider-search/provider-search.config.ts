import * as z from 'zod';
import { changeable, outboundConfig } from '#platform';

const base = z.url({ protocol: /^https?$/ }).transform((url) => url.replace(/\/+$/, ''));
const credential = z.string().min(1).max(500).optional();

/** Providers elsewhere and the connections to them; part of the configuration of the audio service. */
export const providerSearchConfig = outboundConfig.extend({
  /** False: a new connection for each request. */
  AUDIO_CONNECTION_POOL_ENABLED: changeable(z.stringbool().default(true)),
  /** To one provider. */
  AUDIO_CONNECTION_MAX_CONNECTIONS: z.coerce.number().int().min(1).max(100).default(10),
  /** For one request, in seconds. */
  AUDIO_CONNECTION_TIMEOUT: z.coerce.number().int().min(1).max(300).default(30),
  /** Seconds between checks of a provider that has not been asked meanwhile; they end ten times as long after the last search. */
  AUDIO_CONNECTION_CHECK_INTERVAL: z.coerce.number().int().min(1).max(3_600).default(30),
  /** How long a search waits for a provider. */
  AUDIO_SEARCH_TIMEOUT_MS: z.coerce.number().int().min(100).max(10_000).default(4_000),
  /** How long answers are kept. */
  AUDIO_SEARCH_CACHE_TTL: z.coerce.number().int().min(1).max(86_400).default(900),
  /** Of a provider's quota, for one owner: nobody uses up what the others need. */
  AUDIO_SEARCH_OWNER_SHARE: z.coerce.number().gt(0).max(1).default(0.5),
  SOUNDCLOUD_URL: base.default('https://api.soundcloud.com'),
  /** Where tokens come from. */
  SOUNDCLOUD_AUTH_URL: base.default('https://secure.soundcloud.com'),
  SOUNDCLOUD_CLIENT_ID: credential,
  SOUNDCLOUD_CLIENT_SECRET: credential,
  /** `https://itunes.apple.com`; absent: iTunes is not asked. */
  ITUNES_URL: base.optional(),
  YOUTUBE_URL: base.default('https://www.googleapis.com/youtube/v3'),
  YOUTUBE_API_KEY: credential,
  /** Units a day (Pacific time), all copies together. */
  YOUTUBE_DAILY_QUOTA: z.coerce.number().int().min(1).max(1_000_000_000).default(10_000),
});

export type ProviderSearchConfig = z.output<typeof providerSearchConfig>;
export const PROVIDER_SEARCH_CONFIG = Symbol('configuration of provider search');

export const connectionOptions = (config: ProviderSearchConfig) => ({
  isPooled: () => config.AUDIO_CONNECTION_POOL_ENABLED,
  maxConnections: config.AUDIO_CONNECTION_MAX_CONNECTIONS,
  timeoutMs: config.AUDIO_CONNECTION_TIMEOUT * 1_000,
  ports: config.OUTBOUND_PORTS,
  allowPrivate: config.OUTBOUND_ALLOW_PRIVATE,
  metricsPrefix: 'audio',
});

/** A small file of every web server; an answer that it is not there is a good one too, and none of them counts against a quota. */
export const providerChecks = (config: ProviderSearchConfig) => ({
  path: '/robots.txt',
  everyMs: config.AUDIO_CONNECTION_CHECK_INTERVAL * 1_000,
});
