import { randomUUID } from 'node:crypto';
import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { type Invalidation, Invalidator } from '#cache';
import {
  cacheInvalidated,
  describeCache,
  type explainCacheKey,
  explainHere,
  Failure,
  type invalidateCache,
  type RequestOf,
  type readCacheStats,
  type warmCache,
  warmHere,
} from '#contracts';
import { Bus, Log, NatsLink, REDIS } from '#platform';
import type { RedisConnection } from '#storage';
import { ColdService } from '../cold/cold.service.ts';
import { PopularityService } from '../popularity/popularity.service.ts';
import { byStrategy, totalsOf } from './sum-stats.ts';

const gatherMs = 400;
/** Includes the full Redis timeout of an instance. */
const explainMs = 900;
const warmMs = 4_000;

@Injectable() // statistics, explain, invalidate and warm for the caches of all services
export class OperatorsService implements OnApplicationShutdown {
  private readonly origin = `operators ${randomUUID()}`;
  private readonly invalidator: Invalidator;

  constructor(
    private readonly bus: Bus,
    private readonly link: NatsLink,
    private readonly cold: ColdService,
    private readonly popularity: PopularityService,
    @Inject(REDIS) redis: RedisConnection,
    log: Log,
  ) {
    const onError = (operation: string, error: unknown) => log.warn({ err: error, operation }, 'failed to record an invalidation in Redis');
    this.invalidator = new Invalidator({ redis: redis.client, onError });
  }

  onApplicationShutdown(): void {
    this.invalidator.close();
  }

  async stats({ service }: RequestOf<typeof readCacheStats>) {
    const [all, cold] = await Promise.all([this.bus.gather(describeCache, {}, { waitMs: gatherMs }), this.cold.summary()]);
    const instances = all.filter((found) => service === undefined || found.service === service);
    return { totals: totalsOf(instances), byStrategy: byStrategy(instances), cold, instances };
  }

  /** @throws Failure `not-found` when no instance of the service has that namespace */
  async explain(entryKey: RequestOf<typeof explainCacheKey>) {
    const [answers, cold] = await Promise.all([
      this.bus.gather(explainHere, entryKey, { waitMs: explainMs }),
      this.cold.describe(entryKey),
    ]);
    const instances = answers.flatMap(({ explanation, ...who }) => (explanation ? [{ ...who, explanation }] : []));
    if (instances.length === 0) throw noInstanceHas(entryKey);
    return { cold: cold ?? null, instances };
  }

  /** Records the invalidation in the Redis log, which bounds the staleness, then publishes it, which is faster. */
  async invalidate({ service, target }: RequestOf<typeof invalidateCache>) {
    const message: Invalidation = { ...kindOf(target), service, origin: this.origin.slice(0, 64), recorded: false };
    const recorded = await this.invalidator.record(message);
    if (this.link.isUp) this.bus.publish(cacheInvalidated, { ...message, recorded });
    return { recorded };
  }

  /** @throws Failure `not-found` when no instance of the service has that namespace */
  async warm({ service, namespace, keys, count }: RequestOf<typeof warmCache>) {
    const wanted = keys ?? (await this.popularity.hotOf(service, namespace, count));
    const request = { service, namespace, keys: wanted, budgetMs: warmMs - 1_000 };
    const answers = await this.bus.gather(warmHere, request, { waitMs: warmMs });
    const instances = answers.flatMap(({ report, ...who }) => (report ? [{ ...who, report }] : []));
    if (instances.length === 0) throw noInstanceHas({ service, namespace });
    return { keys: wanted.length, instances };
  }
}

export const noInstanceHas = ({ service, namespace }: { service: string; namespace: string }): Failure =>
  new Failure('not-found', `No running instance of ${service} has a cache namespace ${namespace}.`);

function kindOf(target: RequestOf<typeof invalidateCache>['target']) {
  if ('tag' in target) return { kind: 'tag' as const, tag: target.tag };
  if ('key' in target) return { kind: 'key' as const, namespace: target.namespace, key: target.key };
  return { kind: 'namespace' as const, namespace: target.namespace };
}
