/** Answers the cache service's requests to every instance that has a cache. */
import { Controller, Inject } from '@nestjs/common';
import type { NamespaceSettings, TieredCache } from '#cache';
import { configureHere, describeCache, explainHere, type RequestOf, warmHere } from '#contracts';
import { Handles } from '../bus/handles.decorator.ts';
import { CACHE } from '../platform.options.ts';
import { PROCESS_IDENTITY, type ProcessIdentity } from '../probes/describe.handler.ts';
import { presentCache } from './present-cache.ts';

@Controller()
export class CacheHandler {
  private readonly self: { service: ProcessIdentity['service']; instance: string };

  constructor(
    @Inject(CACHE) private readonly cache: TieredCache,
    @Inject(PROCESS_IDENTITY) private readonly identity: ProcessIdentity,
  ) {
    this.self = { service: identity.service, instance: identity.instance };
  }

  @Handles(describeCache, { everyCopy: true })
  describe() {
    return presentCache(this.cache, this.identity);
  }

  @Handles(explainHere, { everyCopy: true })
  async explain({ service, namespace, key }: RequestOf<typeof explainHere>) {
    const explanation = this.serves(service, namespace) ? await this.cache.explain(namespace, key) : null;
    return { ...this.self, explanation };
  }

  @Handles(configureHere, { everyCopy: true })
  configure({ service, settings }: RequestOf<typeof configureHere>) {
    const refused = service === this.identity.service ? adopt(this.cache, settings as Settings) : null;
    return { ...this.self, knows: Object.keys(this.cache.stats().namespaces), refused };
  }

  @Handles(warmHere, { everyCopy: true })
  async warm({ service, namespace, keys, budgetMs }: RequestOf<typeof warmHere>) {
    const report = this.serves(service, namespace) ? await this.cache.warm(namespace, keys, undefined, { budgetMs }) : null;
    return { ...this.self, report };
  }

  private serves(service: string, namespace: string): boolean {
    return service === this.identity.service && namespace in this.cache.stats().namespaces;
  }
}

type Settings = Readonly<Record<string, NamespaceSettings>>;

/** @returns why the settings were refused, null when they were applied */
export function adopt(cache: TieredCache, settings: Settings): string | null {
  try {
    cache.override(settings);
    return null;
  } catch (error) {
    if (error instanceof RangeError) return error.message;
    throw error;
  }
}
