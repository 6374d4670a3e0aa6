/** The caches of all services, for operators. */
import * as z from 'zod';
import {
  cacheKey,
  cacheNamespace,
  cacheNamespaceSettings,
  cacheService,
  cacheSettingsChange,
  cacheTag,
  explainCacheKey,
  invalidateCache,
  readCacheStats,
  warmCache,
} from '#contracts';
import { endpoint } from '../http/endpoint.ts';
import { ifMatch } from '../http/if-match.ts';
import { presentResource } from '../http/presenter.ts';

const base = { tag: 'Operators', auth: 'operator', cacheControl: 'no-store' } as const;
const service = cacheService.default('audio').meta({ description: 'Whose cache.' });
const away = ['service-unavailable', 'deadline-exceeded'] as const;

export const cacheStats = endpoint({
  ...base,
  id: 'getCacheStats',
  method: 'GET',
  path: '/v1/cache/stats',
  summary: 'Hit rates by tier and strategy, sizes, breakers and simulated policies',
  description:
    'Gathered from every running instance; counts are since each began. `wouldHaveHit` is simulated on a sample of the same traffic and ' +
    'is empty while everything fits into memory.',
  query: z.strictObject({ service: cacheService.optional() }),
  responses: { 200: readCacheStats.reply },
  failures: [...away],
});

export const cacheExplain = endpoint({
  ...base,
  id: 'explainCacheKey',
  method: 'GET',
  path: '/v1/cache/explain/:namespace/:key',
  summary: 'State of one key in each tier of each instance',
  description: 'Looks without touching: nothing is counted as a use. A key with a slash is sent percent-encoded.',
  params: z.strictObject({ namespace: cacheNamespace, key: cacheKey }),
  query: z.strictObject({ service }),
  responses: { 200: explainCacheKey.reply },
  failures: ['not-found', ...away],
});

export const cacheInvalidate = endpoint({
  ...base,
  id: 'invalidateCache',
  method: 'POST',
  path: '/v1/cache/invalidate',
  summary: 'Invalidate a key, a tag or a namespace in every instance and tier',
  description:
    'Name `namespace` and `key`, or `tag`, or `namespace` alone. `recorded` says that it stands in the log in Redis, which no instance can miss; ' +
    'without Redis those instances hear of it that are connected now, and pass it on.',
  body: z
    .strictObject({ service, namespace: cacheNamespace.optional(), key: cacheKey.optional(), tag: cacheTag.optional() })
    .refine(({ namespace, key, tag }) => (tag === undefined ? namespace !== undefined : namespace === undefined && key === undefined), {
      error: 'name a tag, or a namespace with or without a key',
    }),
  example: { service: 'audio', namespace: 'analysis' },
  responses: { 200: invalidateCache.reply.meta({ id: 'CacheInvalidated' }) },
  failures: [...away],
});

export const cacheWarm = endpoint({
  ...base,
  id: 'warmCache',
  method: 'POST',
  path: '/v1/cache/warm',
  summary: 'Load keys into the memory of every instance: those named, or the most popular',
  deadlineMs: 10_000,
  body: z.strictObject({
    service,
    namespace: cacheNamespace,
    keys: warmCache.request.shape.keys,
    count: warmCache.request.shape.count,
  }),
  example: { service: 'audio', namespace: 'recording', count: 100 },
  responses: { 200: warmCache.reply },
  failures: ['not-found', ...away],
});

export const presentNamespace = presentResource({
  id: 'CacheNamespace',
  of: cacheNamespaceSettings,
  links: { self: '/v1/cache/namespaces/{namespace}?service={service}' },
});
const namespaceRoute = { ...base, path: '/v1/cache/namespaces/:namespace', params: z.strictObject({ namespace: cacheNamespace }) } as const;

export const cacheNamespaceRead = endpoint({
  ...namespaceRoute,
  id: 'getCacheNamespace',
  method: 'GET',
  summary: 'What operators have set for a namespace',
  query: z.strictObject({ service }),
  responses: { 200: presentNamespace.schema },
  failures: ['not-found', ...away],
});

export const cacheConfigure = endpoint({
  ...namespaceRoute,
  id: 'updateCacheNamespace',
  method: 'PATCH',
  summary: 'Change strategy, budget or lifetimes of a namespace while it runs',
  description:
    'Send its `ETag` in `If-Match`. Reaches every running instance and those that start later; `null` goes back to what the service itself has set. A budget that does not fit ' +
    'into an instance is refused, and nothing changes.',
  query: z.strictObject({ service }),
  headers: ifMatch.required.headers,
  body: cacheSettingsChange,
  example: { strategy: 'adaptive', ttlSeconds: 3_600 },
  responses: { 200: presentNamespace.schema },
  failures: ['not-found', ...ifMatch.required.failures, ...away],
});
