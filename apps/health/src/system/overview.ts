/** What runs, of what parts, with which means, and how busy it is: from what the copies of the services say of themselves. */
import {
  type getSystemCapabilities,
  type getSystemInfo,
  type getSystemMemory,
  type getSystemMetrics,
  type getSystemModules,
  type ReplyOf,
  type ServiceDescription,
  type SystemHealth,
  serviceNames,
} from '#contracts';
import { memoryRatio } from './causes.ts';
import type { Observation } from './observation.ts';

/** What was seen at a moment. */
export interface Seen {
  readonly observation: Observation;
  readonly health: SystemHealth;
}

const byService = (descriptions: readonly ServiceDescription[]) =>
  descriptions.toSorted(
    (a, b) => serviceNames.indexOf(a.service) - serviceNames.indexOf(b.service) || a.instance.localeCompare(b.instance),
  );

export function infoOf({ observation: { descriptions }, health: { checkedAt } }: Seen): ReplyOf<typeof getSystemInfo> {
  const copies = byService(descriptions).map(({ service, instance, runtime }) => ({ service, instance, ...runtime }));
  return {
    versions: [...new Set(copies.map(({ version }) => version))].toSorted(),
    copies,
    missing: serviceNames.filter((name) => !copies.some(({ service }) => service === name)),
    checkedAt,
  };
}

export function modulesOf({ observation: { descriptions }, health: { checkedAt } }: Seen): ReplyOf<typeof getSystemModules> {
  const services = serviceNames.flatMap((service) => {
    const [first, ...others] = descriptions.filter((copy) => copy.service === service);
    if (!first) return [];
    const isSame = others.every((other) => JSON.stringify(other.modules) === JSON.stringify(first.modules));
    return [{ service, isSame, modules: first.modules }];
  });
  return { services, checkedAt };
}

export function capabilitiesOf({ observation: { descriptions }, health: { checkedAt } }: Seen): ReplyOf<typeof getSystemCapabilities> {
  return { copies: byService(descriptions).map(({ service, instance, capabilities }) => ({ service, instance, capabilities })), checkedAt };
}

export function memoryOf({ observation: { descriptions }, health: { checkedAt } }: Seen): ReplyOf<typeof getSystemMemory> {
  const copies = byService(descriptions).map((copy) => {
    const { service, instance, memory, heap, threads, cache } = copy;
    return { service, instance, ...memory, usedRatio: memory.limitBytes === null ? null : memoryRatio(copy), heap, threads, cache };
  });
  return {
    rssBytes: sum(copies.map(({ rssBytes }) => rssBytes)),
    cacheBytes: sum(copies.flatMap(({ cache }) => cache.map(({ usedBytes }) => usedBytes))),
    copies,
    checkedAt,
  };
}

export function metricsOf({ observation: { copies, descriptions }, health }: Seen): ReplyOf<typeof getSystemMetrics> {
  const services = serviceNames.map((service) => {
    const running = copies.filter((copy) => copy.service === service);
    const own = descriptions.filter((copy) => copy.service === service);
    const caches = own.flatMap(({ cache }) => cache);
    const hitRatios = caches.flatMap(({ hitRatio }) => (hitRatio === null ? [] : [hitRatio]));
    return {
      service,
      copies: running.length,
      readyCopies: running.filter(({ ready }) => ready).length,
      rssBytes: sum(running.map(({ rssBytes }) => rssBytes)),
      eventLoopDelayP99Ms: Math.max(0, ...running.map(({ eventLoopDelayP99Ms }) => eventLoopDelayP99Ms)),
      queuedJobs: Math.max(0, ...own.map(({ queuedJobs }) => queuedJobs)),
      cacheHitRatio: hitRatios.length > 0 ? Math.min(...hitRatios) : null,
      evictionsPerSecond: sum(caches.map(({ evictionsPerSecond }) => evictionsPerSecond)),
    };
  });
  return { checkedAt: health.checkedAt, grade: health.grade, score: health.score, services };
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0);
