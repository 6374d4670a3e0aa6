/** How the whole system is, why, and what to change: what operators read under `/v1/system`. */
import * as z from 'zod';
import { resourceProblem, rounded } from './resource.ts';
import { event, rpc, type Unchanging } from './rpc.ts';
import { serviceNames } from './service-names.ts';
import { healthGrades } from './status.ts';

const score = rounded(3, z.number().min(0).max(1)).meta({ description: 'From 0 (down) to 1 (all well).', examples: [0.985] });
const grade = z
  .enum(healthGrades)
  .meta({ description: 'Changes only after it has been another one for two checks.', examples: ['healthy'] });

export const healthEvidence = z
  .object({
    name: z.string().meta({ description: 'What was measured.', examples: ['cache hit ratio'] }),
    value: z.number().meta({ examples: [0.71] }),
    unit: z.string().meta({ examples: ['ratio'] }),
    limit: z
      .number()
      .nullable()
      .meta({ description: 'From which value on it counts.', examples: [0.7] }),
  })
  .meta({ id: 'HealthEvidence', description: 'A measured value.' });

export const healthCause = z
  .object({
    code: z.string().meta({ description: 'From a closed list.', examples: ['dependency-down'] }),
    component: z.string().meta({ examples: ['audio'] }),
    grade,
    detail: z.string().meta({ examples: ['PostgreSQL does not answer: connection refused.'] }),
    since: z.iso.datetime().meta({ description: 'When it was seen first.' }),
    evidence: z.array(healthEvidence).max(10),
  })
  .meta({ id: 'HealthCause', description: 'Why a component is not healthy.' });
export type HealthCause = Unchanging<z.output<typeof healthCause>>;

export const healthRecommendation = z
  .object({
    service: z.enum(serviceNames),
    setting: z.string().meta({ description: 'The environment variable to change.', examples: ['AUDIO_CACHE_MEMORY_MB'] }),
    current: z.string().meta({ examples: ['512'] }),
    recommended: z.string().meta({ examples: ['768'] }),
    reason: z.string().meta({ examples: ['Evictions 34/s at a hit ratio of 0.71.'] }),
    evidence: z.array(healthEvidence).max(10),
  })
  .meta({ id: 'HealthRecommendation', description: 'A setting to change, and the measurements that say so.' });
export type HealthRecommendation = Unchanging<z.output<typeof healthRecommendation>>;

export const healthCheck = z
  .object({
    name: z.string().meta({ examples: ['decode'] }),
    isPassed: z.boolean(),
    durationMs: rounded(1).meta({ examples: [18.4] }),
    problem: resourceProblem.nullable(),
    checkedAt: z.iso.datetime(),
  })
  .meta({ id: 'HealthCheck', description: 'Something that a service tried by itself.' });

export const healthComponent = z
  .object({
    name: z.string().meta({ description: 'A service, or a dependency that services name.', examples: ['audio'] }),
    kind: z.enum(['service', 'dependency']),
    grade,
    score,
    copies: z
      .number()
      .int()
      .nonnegative()
      .meta({ description: 'Copies that answered.', examples: [2] }),
    checks: z.array(healthCheck).max(50),
  })
  .meta({ id: 'HealthComponent', description: 'A service or a dependency.' });

export const systemHealth = z
  .object({
    grade,
    score,
    since: z.iso.datetime().meta({ description: 'Since when it has this grade.' }),
    components: z.array(healthComponent).max(100),
    causes: z.array(healthCause).max(100).meta({ description: 'Worst first; empty while healthy.' }),
    recommendations: z.array(healthRecommendation).max(50),
    checkedAt: z.iso.datetime().meta({ description: 'When this was measured; a picture is at most two intervals old.' }),
  })
  .meta({ id: 'SystemHealth', description: 'How the system is.' });
export type SystemHealth = Unchanging<z.output<typeof systemHealth>>;

/** Answers the picture of the last check; does not ask anybody. */
export const getSystemHealth = rpc({
  subject: 'health.system-health.get.v1',
  request: z.strictObject({}),
  reply: systemHealth,
  failures: [],
  deadlineMs: 2_000,
});

export const settingSources = ['default', 'environment', 'operator'] as const;

export const effectiveSetting = z
  .object({
    name: z.string().meta({ examples: ['AUDIO_CACHE_MEMORY_MB'] }),
    value: z
      .string()
      .nullable()
      .meta({ description: 'As in effect; null for a secret.', examples: ['512'] }),
    isSecret: z.boolean(),
    isSet: z.boolean().meta({ description: 'Whether it has a value at all.' }),
    source: z.enum(settingSources).meta({ description: 'Where the value comes from.' }),
    isChangeable: z.boolean().meta({ description: 'Whether an operator may change it while the service runs.' }),
  })
  .meta({ id: 'EffectiveSetting', description: 'One setting as a service uses it.' });

const bytes = z.number().int().nonnegative();

export const serviceModule = z
  .object({
    name: z.string().meta({ examples: ['AnalysisModule'] }),
    subjects: z
      .array(z.string())
      .max(100)
      .meta({ description: 'Requests between services that it answers.', examples: [['audio.track.analyze.v1']] }),
    jobKinds: z
      .array(z.string())
      .max(20)
      .meta({ description: 'Kinds of jobs that it runs.', examples: [['audio.recording.analyze']] }),
    checks: z
      .array(z.string())
      .max(20)
      .meta({ description: 'What it tries by itself at an interval.', examples: [['tone']] }),
  })
  .meta({ id: 'ServiceModule', description: 'A part of a service.' });

export const serviceCapability = z
  .object({
    name: z.string().meta({ examples: ['cores'] }),
    isPresent: z.boolean(),
    detail: z
      .string()
      .max(500)
      .meta({ description: 'What was found.', examples: ['4'] }),
    choice: z
      .string()
      .max(500)
      .nullable()
      .meta({ description: 'What the service does because of it.', examples: ['WORKER_THREADS=3'] }),
  })
  .meta({ id: 'ServiceCapability', description: 'What a service found on its machine, and what it chose because of it.' });

const runtime = z.object({
  version: z.string().meta({ examples: ['0.1.0'] }),
  node: z.string().meta({ examples: ['24.21.0'] }),
  platform: z.string().meta({ description: 'Operating system and processor.', examples: ['linux x64'] }),
  startedAt: z.iso.datetime(),
});

export const serviceDescription = z
  .object({
    service: z.enum(serviceNames),
    instance: z.string(),
    runtime,
    modules: z.array(serviceModule).max(100),
    capabilities: z.array(serviceCapability).max(50),
    settings: z.array(effectiveSetting).max(500),
    memory: z.object({ rssBytes: bytes, heapUsedBytes: bytes, externalBytes: bytes, limitBytes: bytes.nullable() }),
    heap: z
      .object({
        spaces: z
          .array(z.object({ name: z.string().meta({ examples: ['old_space'] }), usedBytes: bytes, sizeBytes: bytes }))
          .max(20)
          .meta({ description: 'Of V8.' }),
        gcCollections: z
          .number()
          .int()
          .nonnegative()
          .meta({ description: 'Garbage collections since the start.', examples: [1_200] }),
        gcSeconds: rounded(3, z.number().nonnegative()).meta({
          description: 'Time in garbage collections since the start.',
          examples: [1.2],
        }),
      })
      .meta({ description: 'The memory of objects, and what it costs to clear it.' }),
    threads: z
      .object({
        alive: z
          .number()
          .int()
          .nonnegative()
          .meta({ description: 'Threads that have been started.', examples: [2] }),
        running: z
          .number()
          .int()
          .nonnegative()
          .meta({ description: 'Tasks on a thread.', examples: [1] }),
        queued: z
          .number()
          .int()
          .nonnegative()
          .meta({ description: 'Tasks that wait for one.', examples: [0] }),
      })
      .nullable()
      .meta({ description: 'The pool of worker threads; null where the service has none.' }),
    checks: z.array(healthCheck).max(50),
    cache: z
      .array(
        z.object({
          namespace: z.string(),
          hitRatio: rounded(3).nullable(),
          evictionsPerSecond: rounded(2),
          usedBytes: bytes,
          limitBytes: bytes,
        }),
      )
      .max(50)
      .meta({ description: 'The memory tier of its cache, by namespace, over the last minute.' }),
    queuedJobs: z.number().int().nonnegative(),
    blobFreeBytes: bytes
      .nullable()
      .optional() // services of an older version do not say it
      .meta({ description: 'Room that is left in the store of files; null where the store cannot tell, or the service keeps no files.' }),
  })
  .meta({ id: 'ServiceDescription', description: 'What a copy of a service says of itself, for operators.' });
export type ServiceDescription = Unchanging<z.output<typeof serviceDescription>>;

/** Asked of everybody at once: each running copy of each service answers for itself. */
export const describeSystem = rpc({
  subject: 'platform.system.describe.v1',
  request: z.strictObject({}),
  reply: serviceDescription,
  failures: [],
  deadlineMs: 1_500,
});

export const systemConfig = z
  .object({
    services: z.array(
      z.object({
        service: z.enum(serviceNames),
        copies: z.number().int().positive(),
        settings: z.array(effectiveSetting).meta({ description: 'By name.' }),
        differs: z.array(z.string()).meta({ description: 'Settings in which the copies of this service differ.' }),
      }),
    ),
  })
  .meta({ id: 'SystemConfig', description: 'The configuration in effect; secrets are shown as set or unset.' });

export const getSystemConfig = rpc({
  subject: 'health.system-config.get.v1',
  request: z.strictObject({}),
  reply: systemConfig,
  failures: [],
  deadlineMs: 4_000,
});

/** The grades that were announced last, by component. */
export const gradeStream = { stream: 'HEALTH_GRADES', subject: 'health-grades' } as const;

/** One for each change of the grade of the system or of a component, after hysteresis. */
export const healthChanged = event({
  subject: 'events.health.changed.v1',
  publishedBy: 'health',
  payload: z.object({
    component: z.string(),
    from: z.enum(healthGrades),
    to: z.enum(healthGrades),
    score: z.number(),
    causes: z.array(healthCause),
    at: z.iso.datetime(),
  }),
});
