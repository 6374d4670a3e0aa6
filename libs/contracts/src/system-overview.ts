/** What runs, of what parts, with which means, and how busy it is: what operators read under `/v1/system` besides its health. */
import * as z from 'zod';
import { rounded } from './resource.ts';
import { rpc } from './rpc.ts';
import { serviceNames } from './service-names.ts';
import { healthGrades } from './status.ts';
import { serviceCapability, serviceDescription, serviceModule } from './system.ts';

const service = z.enum(serviceNames);
const instance = z.string().meta({ description: 'Identifies a copy of a service on its machine.', examples: ['4711'] });
const bytes = z.number().int().nonnegative();
const checkedAt = z.iso.datetime().meta({ description: 'When the services were asked; at most two intervals ago.' });
const isSame = z.boolean().meta({ description: 'False while the copies of this service differ in it.' });
const answeredFromMemory = { request: z.strictObject({}), failures: [], deadlineMs: 2_000 };

export const systemInfo = z
  .object({
    versions: z.array(z.string()).meta({ description: 'Every version that runs; more than one during an upgrade.', examples: [['0.1.0']] }),
    copies: z.array(z.object({ service, instance, ...serviceDescription.shape.runtime.shape })).meta({ description: 'By service.' }),
    missing: z.array(service).meta({ description: 'Services of which no copy answered.' }),
    checkedAt,
  })
  .meta({ id: 'SystemInfo', description: 'What runs.' });
export const getSystemInfo = rpc({ subject: 'health.system-info.get.v1', ...answeredFromMemory, reply: systemInfo });

export const systemModules = z
  .object({ services: z.array(z.object({ service, isSame, modules: z.array(serviceModule) })), checkedAt })
  .meta({ id: 'SystemModules', description: 'The parts of each service that answer requests, run jobs or check something.' });
export const getSystemModules = rpc({ subject: 'health.system-modules.get.v1', ...answeredFromMemory, reply: systemModules });

export const systemCapabilities = z
  .object({ copies: z.array(z.object({ service, instance, capabilities: z.array(serviceCapability) })), checkedAt })
  .meta({ id: 'SystemCapabilities', description: 'What each copy of a service found on its machine, and what it chose because of it.' });
export const getSystemCapabilities = rpc({
  subject: 'health.system-capabilities.get.v1',
  ...answeredFromMemory,
  reply: systemCapabilities,
});

const memoryOfCopy = z.object({
  service,
  instance,
  ...serviceDescription.shape.memory.shape,
  usedRatio: rounded(3)
    .nullable()
    .meta({ description: 'Resident memory over the limit; null without a limit.', examples: [0.42] }),
  heap: serviceDescription.shape.heap,
  threads: serviceDescription.shape.threads,
  cache: serviceDescription.shape.cache,
});
export const systemMemory = z
  .object({
    rssBytes: bytes.meta({ description: 'Of all copies together.' }),
    cacheBytes: bytes.meta({ description: 'In the memory tiers of all caches together.' }),
    copies: z.array(memoryOfCopy),
    checkedAt,
  })
  .meta({ id: 'SystemMemory', description: 'Memory of each copy of each service, and of its cache by namespace.' });
export const getSystemMemory = rpc({ subject: 'health.system-memory.get.v1', ...answeredFromMemory, reply: systemMemory });

export const systemMetrics = z
  .object({
    checkedAt,
    grade: z.enum(healthGrades),
    score: z.number().min(0).max(1),
    services: z.array(
      z.object({
        service,
        copies: z.number().int().nonnegative(),
        readyCopies: z.number().int().nonnegative(),
        rssBytes: bytes.meta({ description: 'Of all copies together.' }),
        eventLoopDelayP99Ms: rounded(1).meta({ description: 'Of the copy in which it is longest.', examples: [2.1] }),
        queuedJobs: z.number().int().nonnegative(),
        cacheHitRatio: rounded(3)
          .nullable()
          .meta({ description: 'Of the memory tier, the lowest of its namespaces; null where nobody read.', examples: [0.97] }),
        evictionsPerSecond: rounded(2).meta({ description: 'Of all namespaces together.', examples: [0] }),
      }),
    ),
  })
  .meta({ id: 'SystemMetrics', description: 'How busy each service is.' });
export const getSystemMetrics = rpc({ subject: 'health.system-metrics.get.v1', ...answeredFromMemory, reply: systemMetrics });
