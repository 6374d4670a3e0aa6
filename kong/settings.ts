/** Settings of the edge beyond the API: addresses of gateway and Redis, CORS origins and limits per address. */
import * as z from 'zod';
import { uploadsConfig } from '../apps/gateway/src/uploads/uploads.config.ts';

/** Requests per address and tier; the gateway also limits per user and by cost. */
const perMinute = (preset: number) => z.coerce.number().int().min(1).max(1_000_000).default(preset);

const listOf = (text: string) =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter(Boolean);

const targets = z
  .string()
  .default('gateway:3000')
  .transform(listOf)
  .pipe(z.array(z.string().regex(/^[a-z0-9.-]+:\d{1,5}$/)).min(1));

/** Plain origins only: Kong would treat anything else as an unanchored expression. `*` is rejected, because these requests carry tokens. */
const origins = z
  .string()
  .default('https://app.example.org')
  .transform(listOf)
  .pipe(z.array(z.string().regex(/^https?:\/\/[a-z0-9.-]+(:\d{1,5})?$/)));

export const kongSettings = z.object({
  /** host:port of every gateway instance, or of a name that resolves to all of them. */
  EDGE_GATEWAY_TARGETS: targets,
  EDGE_CORS_ORIGINS: origins,
  /** The Redis for limits, not the one for caches: an evicted counter would reset its limit. */
  EDGE_REDIS_HOST: z.string().default('redis-limits'),
  EDGE_REDIS_PORT: z.coerce.number().int().min(1).max(65_535).default(6_379),
  EDGE_REDIS_TLS: z.stringbool().default(false),
  EDGE_LIMIT_OPEN: perMinute(600),
  EDGE_LIMIT_CREDENTIALS: perMinute(60),
  EDGE_LIMIT_READS: perMinute(3_000),
  EDGE_LIMIT_WRITES: perMinute(600),
  EDGE_LIMIT_UPLOADS: perMinute(120),
  EDGE_LIMIT_DOWNLOADS: perMinute(1_200),
  EDGE_LIMIT_EVENTS: perMinute(120),
  GATEWAY_UPLOAD_MAX_BYTES: uploadsConfig.shape.GATEWAY_UPLOAD_MAX_BYTES,
  GATEWAY_ACCESS_TOKEN_SECONDS: z.coerce.number().int().min(1).max(3_600).default(900),
});
export type KongSettings = z.output<typeof kongSettings>;

/**
 * Allow-list of routes without a token, by name. Rendering fails for an open endpoint that is not listed and for a name
 * without an open endpoint, so that nothing becomes public by accident.
 */
export const openRoutes: ReadonlySet<string> = new Set([
  'registerAccount',
  'createSession',
  'requestPasswordReset',
  'confirmPasswordReset',
  'confirmEmail',
  'refreshSession',
  'deleteOwnSession',
  'getJwks',
  'getAccountDeletion',
  'getStatus',
  'getStart',
  'getLinkedSpectrogram',
  'getFavicon',
  'getOpenApi',
  'getAsyncApi',
  'getProblem',
  // A browser that a provider sends back; it connects nothing.
  'receivePublisherConnection',
  // Signed links: the gateway verifies the signature.
  'downloadLinkedFile',
  'downloadLinkedAccountExport',
  'getLinkedPoster',
  'downloadLinkedRendition',
  'getCaptionPlaylist',
  'getCaptionSegment',
  'getHlsPlaylist',
  'getHlsSegment',
  'getTrackHlsPlaylist',
  'getTrackHlsSegment',
  'getLinkedTrackHlsMaster',
  'getLinkedDashManifest',
  'getLinkedHlsMaster',
  'getLinkedWaveform',
]);

/** Paths without an endpoint value: the documentation page and its script. */
export const docsPage = ['/docs', '/docs/', '/docs/js/scalar.js'] as const;
