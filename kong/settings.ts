/** What the edge needs to know beyond the API itself: where the gateway, Redis and browsers are, and how much one address may ask for. */
import * as z from 'zod';
import { uploadsConfig } from '../apps/gateway/src/uploads/uploads.config.ts';

/** Requests a single address may make to the routes of one tier; the gateway counts again, per user and by cost. */
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

/** Plain origins only: Kong would read anything else as an unanchored expression. `*` is refused, tokens travel with these requests. */
const origins = z
  .string()
  .default('https://app.example.org')
  .transform(listOf)
  .pipe(z.array(z.string().regex(/^https?:\/\/[a-z0-9.-]+(:\d{1,5})?$/)));

export const kongSettings = z.object({
  /** host:port of every gateway copy, or of a name that resolves to all of them. */
  EDGE_GATEWAY_TARGETS: targets,
  EDGE_CORS_ORIGINS: origins,
  /** The Redis of the limits, never the one of the caches: a counter that is evicted is a limit that is lifted. */
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
 * Routes that need no token, each by name. An endpoint that says it is open and does not stand here stops the rendering, and so does a name
 * that no open endpoint carries: nothing becomes public by accident.
 */
export const openRoutes: ReadonlySet<string> = new Set([
  'register',
  'login',
  'refresh',
  'logout',
  'getJwks',
  'getStatus',
  'getStart',
  'getOpenApi',
  'getProblem',
  // What a link leads to: the link is the proof, and the gateway checks it.
  'downloadLinkedFile',
  'getLinkedWaveform',
]);

/** What the gateway serves without an endpoint value: the documentation page and its script. */
export const docsPage = ['/docs', '/docs/', '/docs/js/scalar.js'] as const;
