/** What caches tell each other, what they ask the cache service, and what operators ask of them all. */
import * as z from 'zod';
import { ifRevision, resourceRevision } from './resource.ts';
import { event, rpc } from './rpc.ts';
import { serviceNames } from './service-names.ts';
import { exactText, integer } from './values.ts';

const from = { origin: exactText({ max: 64 }), service: exactText({ max: 64 }), recorded: z.boolean() };

export const cacheService = z.enum(serviceNames);
export const cacheNamespace = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,40}$/)
  .meta({ examples: ['analysis'] });
export const cacheKey = exactText({ min: 1, max: 512 }).meta({ examples: ['0b3f5e0a-4a55-4c8c-9d5f-3d9c1a2b7e10'] });
export const cacheTag = exactText({ min: 1, max: 512 });

/** A cached value is not true any more: every instance of that service forgets it. */
export const cacheInvalidated = event({
  subject: 'events.cache.invalidated.v1',
  payload: z.discriminatedUnion('kind', [
    z.object({ ...from, kind: z.literal('key'), namespace: cacheNamespace, key: cacheKey }),
    z.object({ ...from, kind: z.literal('tag'), tag: cacheTag }),
    z.object({ ...from, kind: z.literal('namespace'), namespace: cacheNamespace }),
  ]),
});

const place = { service: cacheService, namespace: cacheNamespace, key: cacheKey };

/** What fits a message of NATS (1 MB) beside others; larger values do without a cold copy. */
export const coldEntryMaxBytes = 256 * 1_024;
const sealed = z.base64().max(Math.ceil((coldEntryMaxBytes * 4) / 3) + 4);

/** A sealed entry from the cold tier, as base64. */
export const getColdEntry = rpc({
  subject: 'cache.entry.get.v1',
  request: z.strictObject(place),
  reply: z.object({ sealed: sealed.nullable() }),
  failures: [],
  deadlineMs: 100,
});

/** Keeps sealed entries until they are dead, idle for long, or others are worth more. */
export const putColdEntries = rpc({
  subject: 'cache.entry.put.v1',
  request: z.strictObject({
    service: cacheService,
    entries: z
      .array(
        z.strictObject({ namespace: cacheNamespace, key: cacheKey, sealed, deadAtMs: z.number().positive().max(Number.MAX_SAFE_INTEGER) }),
      )
      .min(1)
      .max(64),
  }),
  reply: z.object({ kept: z.number().int() }),
  failures: [],
  deadlineMs: 2_000,
});

export const cacheStrategies = ['lru', 'lfu', 'ttl', 'predictive', 'adaptive'] as const;
const seconds = z.number().min(0).max(31_536_000);

/** How an operator wants a namespace kept; what is absent is as the service's own code has it. */
export const cacheSettings = z.strictObject({
  strategy: z.enum(cacheStrategies).optional(),
  maxBytes: integer({ min: 65_536, max: 2 ** 40 }).optional(),
  ttlSeconds: seconds.min(1).optional(),
  staleSeconds: seconds.optional(),
  negativeTtlSeconds: seconds.optional(),
  idleSeconds: seconds.min(1).optional(),
});
export type CacheSettings = z.output<typeof cacheSettings>;

/** By namespace. */
const settingsOfService = z.record(cacheNamespace, cacheSettings);
const count = integer({ min: 0, max: Number.MAX_SAFE_INTEGER });
const tried = z.object({ loaded: count, used: count });
const maxHotKeys = 500;

/** What an instance says of itself now and then; it hears what operators want in return, should it have missed that. */
export const reportPopularity = rpc({
  subject: 'cache.popularity.report.v1',
  request: z.strictObject({
    service: cacheService,
    namespaces: z
      .array(
        z.strictObject({
          namespace: cacheNamespace,
          keys: z.array(z.strictObject({ key: cacheKey, uses: integer({ min: 1, max: 65_535 }) })).max(maxHotKeys),
          /** Since the last report: entries that were warmed, and those of them that were of use. */
          warmed: tried,
        }),
      )
      .max(64),
  }),
  reply: z.object({ settings: settingsOfService }),
  failures: [],
  deadlineMs: 2_000,
});

/** What a new instance begins with: its settings, and the keys worth having, the best first. */
export const readPopularity = rpc({
  subject: 'cache.popularity.read.v1',
  request: z.strictObject({ service: cacheService, count: integer({ min: 1, max: maxHotKeys }) }),
  reply: z.object({ settings: settingsOfService, hot: z.array(z.object({ namespace: cacheNamespace, keys: z.array(cacheKey) })) }),
  failures: [],
  deadlineMs: 2_000,
});

const instance = { service: cacheService, instance: z.string() };
const tierCounts = z.object({ hits: z.number().int(), misses: z.number().int() });
const breaker = z.enum(['closed', 'open', 'half-open', 'absent']);

export const cacheNamespaceStats = z.object({
  strategy: z.enum(cacheStrategies),
  /** Whom the policy imitates now. */
  policy: z.string(),
  maxBytes: z.number(),
  ttlSeconds: z.number(),
  entries: z.number().int(),
  bytes: z.number(),
  loads: z.number().int(),
  loadFailures: z.number().int(),
  staleServed: z.number().int(),
  warmed: tried,
  tiers: z.object({ l1: tierCounts, l2: tierCounts, l3: tierCounts }),
  /** Hit ratio that each policy would have had in memory on a sample of the same traffic; empty while everything fits. */
  wouldHaveHit: z.record(z.string(), z.number()),
});

export const cacheInstanceStats = z.object({
  ...instance,
  bytes: z.number(),
  budgetBytes: z.number(),
  breakers: z.object({ redis: breaker, redisWrites: breaker, cold: breaker }),
  pendingInvalidations: z.number().int(),
  namespaces: z.record(cacheNamespace, cacheNamespaceStats),
});
export type CacheInstanceStats = z.output<typeof cacheInstanceStats>;

/** Asked of every process that has a cache. */
export const describeCache = rpc({
  subject: 'platform.cache.describe.v1',
  request: z.strictObject({}),
  reply: cacheInstanceStats,
  failures: [],
  deadlineMs: 1_000,
});

export const cacheExplanation = z.object({
  memory: z.object({
    resident: z.boolean(),
    loading: z.boolean(),
    hits: z.number().int().optional(),
    bytes: z.number().optional(),
    tags: z.array(z.string()).readonly().optional(),
    ageSeconds: z.number().optional(),
    freshForSeconds: z.number().optional(),
    deadInSeconds: z.number().optional(),
    trusted: z.boolean().optional(),
  }),
  redis: z.object({ tags: z.array(z.string()).readonly(), freshForSeconds: z.number() }).nullable(),
});

/** Asked of every process that has a cache; null from those that have no such namespace. */
export const explainHere = rpc({
  subject: 'platform.cache.explain.v1',
  request: z.strictObject(place),
  reply: z.object({ ...instance, explanation: cacheExplanation.nullable() }),
  failures: [],
  deadlineMs: 1_500,
});

/** Tells every process of a service what operators want; `refused` says why it cannot. */
export const configureHere = rpc({
  subject: 'platform.cache.configure.v1',
  request: z.strictObject({ service: cacheService, settings: settingsOfService }),
  reply: z.object({ ...instance, knows: z.array(cacheNamespace), refused: z.string().nullable() }),
  failures: [],
  deadlineMs: 1_500,
});

export const warmReport = z.object({
  loaded: z.number().int(),
  present: z.number().int(),
  failed: z.number().int(),
  left: z.number().int(),
});

/** Asks every process of a service to bring keys into its memory. */
export const warmHere = rpc({
  subject: 'platform.cache.warm.v1',
  request: z.strictObject({
    service: cacheService,
    namespace: cacheNamespace,
    keys: z.array(cacheKey).max(maxHotKeys),
    budgetMs: integer({ min: 0, max: 20_000 }),
  }),
  reply: z.object({ ...instance, report: warmReport.nullable() }),
  failures: [],
  deadlineMs: 22_000,
});

const totals = z.object({ reads: z.number().int(), hitRate: z.number().min(0).max(1) });

/** For operators: all caches of all services. */
export const readCacheStats = rpc({
  subject: 'cache.stats.read.v1',
  request: z.strictObject({ service: cacheService.optional() }),
  reply: z
    .object({
      /** Over all instances that answered, since each began. */
      totals,
      byStrategy: z.array(z.object({ tier: z.enum(['l1', 'l2', 'l3']), strategy: z.enum(cacheStrategies), ...tierCounts.shape })),
      cold: z.object({ entries: z.number().int(), bytes: z.number(), maxBytes: z.number() }),
      instances: z.array(cacheInstanceStats),
    })
    .meta({ id: 'CacheStats' }),
  failures: [],
  deadlineMs: 4_000,
});

export const explainCacheKey = rpc({
  subject: 'cache.key.explain.v1',
  request: z.strictObject(place),
  reply: z
    .object({
      cold: z.object({ bytes: z.number(), hits: z.number().int(), storedAt: z.iso.datetime(), deadAt: z.iso.datetime() }).nullable(),
      instances: z.array(z.object({ ...instance, explanation: cacheExplanation })),
    })
    .meta({ id: 'CacheExplanation' }),
  failures: ['not-found'],
  deadlineMs: 4_000,
});

/** Exactly one of key (with its namespace), tag and namespace. */
export const cacheTarget = z.union([
  z.strictObject({ namespace: cacheNamespace, key: cacheKey }),
  z.strictObject({ tag: cacheTag }),
  z.strictObject({ namespace: cacheNamespace }),
]);

export const invalidateCache = rpc({
  subject: 'cache.entry.invalidate.v1',
  request: z.strictObject({ service: cacheService, target: cacheTarget }),
  reply: z.object({
    /** Whether Redis has it in its log, so that no instance can miss it. Without Redis only those that are connected now hear of it. */
    recorded: z.boolean(),
  }),
  failures: [],
  deadlineMs: 3_000,
});

export const warmCache = rpc({
  subject: 'cache.namespace.warm.v1',
  request: z.strictObject({
    service: cacheService,
    namespace: cacheNamespace,
    keys: z.array(cacheKey).min(1).max(maxHotKeys).optional(),
    count: integer({ min: 1, max: maxHotKeys }).default(100),
  }),
  reply: z
    .object({ keys: z.number().int(), instances: z.array(z.object({ ...instance, report: warmReport })) })
    .meta({ id: 'CacheWarmed' }),
  failures: ['not-found'],
  deadlineMs: 8_000,
});

const orNull = <S extends z.ZodType>(schema: z.ZodOptional<S>) => z.nullable(schema.unwrap()).optional();
/** A change of settings: `null` takes one back to what the service's own code says (RFC 7396). */
export const cacheSettingsChange = z.strictObject({
  strategy: orNull(cacheSettings.shape.strategy),
  maxBytes: orNull(cacheSettings.shape.maxBytes),
  ttlSeconds: orNull(cacheSettings.shape.ttlSeconds),
  staleSeconds: orNull(cacheSettings.shape.staleSeconds),
  negativeTtlSeconds: orNull(cacheSettings.shape.negativeTtlSeconds),
  idleSeconds: orNull(cacheSettings.shape.idleSeconds),
});

/** A namespace as operators see and change it. */
export const cacheNamespaceSettings = z
  .object({
    service: cacheService,
    namespace: cacheNamespace,
    settings: cacheSettings.meta({ description: 'What operators have set; what is absent is as the service has it.' }),
    instances: z.array(z.object(instance)).meta({ description: 'The running instances that have it.' }),
    revision: resourceRevision,
  })
  .meta({ description: 'A namespace of the cache of a service, as operators have set it.' });

export const getCacheNamespace = rpc({
  subject: 'cache.namespace.get.v1',
  request: z.strictObject({ service: cacheService, namespace: cacheNamespace }),
  reply: cacheNamespaceSettings,
  failures: ['not-found'],
  deadlineMs: 5_000,
});

export const configureNamespace = rpc({
  subject: 'cache.namespace.configure.v1',
  request: z.strictObject({ service: cacheService, namespace: cacheNamespace, change: cacheSettingsChange, ...ifRevision }),
  reply: cacheNamespaceSettings,
  failures: ['not-found', 'request-invalid', 'precondition-failed'],
  deadlineMs: 5_000,
});
