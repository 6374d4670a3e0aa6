/** Answers, for this copy of this service, what it runs on and how it is configured: for the health service. */
import { Controller, Inject, type OnApplicationBootstrap, Optional } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import type { TieredCache } from '#cache';
import { Compute } from '#compute';
import { describeSystem, type ServiceDescription } from '#contracts';
import type { BlobStore } from '#storage';
import { Handles } from '../bus/handles.decorator.ts';
import { jobQueueDepth } from '../jobs/job.metrics.ts';
import { BLOBS, CACHE } from '../platform.options.ts';
import { PROCESS_IDENTITY, type ProcessIdentity } from '../probes/describe.handler.ts';
import { Lifecycle } from '../probes/lifecycle.ts';
import { RuntimeSettings } from '../settings/runtime-settings.ts';
import { CacheActivity, sampleEveryMs } from './cache-activity.ts';
import { Capabilities } from './capabilities.ts';
import type { EffectiveSetting } from './effective-settings.ts';
import { FreeSpace } from './free-space.ts';
import { HealthChecks } from './health-checks.ts';
import { heapUse } from './heap-use.ts';
import { memoryLimitBytes } from './memory-limit.ts';
import { serviceModules } from './service-modules.ts';

export const SETTINGS = Symbol('effective settings');

@Controller()
export class DescribeSystemHandler implements OnApplicationBootstrap {
  private readonly activity = new CacheActivity();
  private readonly startedAt = new Date(Date.now() - process.uptime() * 1_000).toISOString();
  private readonly freeSpace: FreeSpace;
  private modules: ServiceDescription['modules'] | undefined;

  constructor(
    @Inject(PROCESS_IDENTITY) private readonly identity: ProcessIdentity,
    @Inject(SETTINGS) private readonly settings: EffectiveSetting[],
    private readonly runtime: RuntimeSettings,
    private readonly checks: HealthChecks,
    private readonly lifecycle: Lifecycle,
    private readonly capabilities: Capabilities,
    private readonly container: ModulesContainer,
    @Optional() @Inject(CACHE) private readonly cache?: TieredCache,
    @Optional() private readonly compute?: Compute,
    @Optional() @Inject(BLOBS) blobs?: BlobStore,
  ) {
    this.freeSpace = new FreeSpace(blobs);
  }

  onApplicationBootstrap(): void {
    this.checks.start();
    void this.capabilities.find();
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
      runtime: {
        version: this.identity.version,
        node: process.versions.node,
        platform: `${process.platform} ${process.arch}`,
        startedAt: this.startedAt,
      },
      modules: this.ownModules(),
      capabilities: [...this.capabilities.all],
      settings: this.runtime.describe(this.settings),
      memory: { rssBytes: rss, heapUsedBytes: heapUsed, externalBytes: external, limitBytes: memoryLimitBytes() },
      heap: await heapUse(),
      threads: this.compute ? { alive: this.compute.threads, running: this.compute.running, queued: this.compute.queued } : null,
      checks: [...this.checks.results],
      cache: this.cache ? this.activity.describe(this.cache.stats().namespaces, Date.now()) : [],
      queuedJobs: await this.queuedJobs(),
      blobFreeBytes: await this.freeSpace.bytes(),
    };
  }

  /** Nest has built them all when the first request arrives. */
  private ownModules(): ServiceDescription['modules'] {
    this.modules ??= serviceModules(this.container);
    return this.modules;
  }

  /** Of this service's kinds, in all of the system: the reconciler measures them. */
  private async queuedJobs(): Promise<number> {
    const { values } = await jobQueueDepth.get();
    const own = values.filter(({ labels }) => String(labels.kind).startsWith(`${this.identity.service}.`));
    return own.reduce((sum, { value }) => sum + value, 0);
  }

  private readonly sampleCache = (cache: TieredCache): void => this.activity.sample(cache.stats().namespaces, Date.now());
}
