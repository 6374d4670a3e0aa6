/** Answers, for this copy of this service, what it runs on and how it is configured: for the health service. */
import { Controller, Inject, type OnApplicationBootstrap, Optional } from '@nestjs/common';
import type { TieredCache } from '#cache';
import { describeSystem, type ServiceDescription } from '#contracts';
import { Handles } from '../bus/handles.decorator.ts';
import { jobQueueDepth } from '../jobs/job.metrics.ts';
import { CACHE } from '../platform.options.ts';
import { PROCESS_IDENTITY, type ProcessIdentity } from '../probes/describe.handler.ts';
import { Lifecycle } from '../probes/lifecycle.ts';
import { CacheActivity, sampleEveryMs } from './cache-activity.ts';
import type { EffectiveSetting } from './effective-settings.ts';
import { HealthChecks } from './health-checks.ts';
import { memoryLimitBytes } from './memory-limit.ts';

export const SETTINGS = Symbol('effective settings');

@Controller()
export class DescribeSystemHandler implements OnApplicationBootstrap {
  private readonly activity = new CacheActivity();

  constructor(
    @Inject(PROCESS_IDENTITY) private readonly identity: ProcessIdentity,
    @Inject(SETTINGS) private readonly settings: EffectiveSetting[],
    private readonly checks: HealthChecks,
    private readonly lifecycle: Lifecycle,
    @Optional() @Inject(CACHE) private readonly cache?: TieredCache,
  ) {}

  onApplicationBootstrap(): void {
    this.checks.start();
    if (!this.cache) return;
    this.sampleCache(this.cache);
    const timer = setInterval(this.sampleCache, sampleEveryMs, this.cache).unref();
    this.lifecycle.stopping.addEventListener('abort', () => clearInterval(timer), { once: true });
  }

  @Handles(describeSystem, { everyCopy: true })
  async describe(): Promise<ServiceDescription> {
    const { rss, heapUsed, external } = process.memoryUsage();
    return {
      service: this.identity.service,
      instance: this.identity.instance,
      settings: this.settings,
      memory: { rssBytes: rss, heapUsedBytes: heapUsed, externalBytes: external, limitBytes: memoryLimitBytes() },
      checks: [...this.checks.results],
      cache: this.cache ? this.activity.describe(this.cache.stats().namespaces, Date.now()) : [],
      queuedJobs: await this.queuedJobs(),
    };
  }

  /** Of this service's kinds, in all of the system: the reconciler measures them. */
  private async queuedJobs(): Promise<number> {
    const { values } = await jobQueueDepth.get();
    const own = values.filter(({ labels }) => String(labels.kind).startsWith(`${this.identity.service}.`));
    return own.reduce((sum, { value }) => sum + value, 0);
  }

  private readonly sampleCache = (cache: TieredCache): void => this.activity.sample(cache.stats().namespaces, Date.now());
}
