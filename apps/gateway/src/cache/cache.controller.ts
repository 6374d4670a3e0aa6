import { Controller } from '@nestjs/common';
import { configureNamespace, explainCacheKey, getCacheNamespace, invalidateCache, readCacheStats, warmCache } from '#contracts';
import { Bus } from '#platform';
import type { InputOf } from '../http/endpoint.ts';
import { revisionOfRequest } from '../http/if-match.ts';
import { Input, Route } from '../http/route.ts';
import {
  cacheConfigure,
  cacheExplain,
  cacheInvalidate,
  cacheNamespaceRead,
  cacheStats,
  cacheWarm,
  presentNamespace,
} from './cache.endpoints.ts';

@Controller()
export class CacheController {
  constructor(private readonly bus: Bus) {}

  @Route(cacheStats)
  stats(@Input() { query }: InputOf<typeof cacheStats>) {
    return this.bus.call(readCacheStats, query);
  }

  @Route(cacheExplain)
  explain(@Input() { params, query }: InputOf<typeof cacheExplain>) {
    return this.bus.call(explainCacheKey, { ...params, ...query });
  }

  @Route(cacheInvalidate)
  invalidate(@Input() { body: { service, ...named } }: InputOf<typeof cacheInvalidate>) {
    return this.bus.call(invalidateCache, { service, target: targetOf(named) });
  }

  @Route(cacheWarm)
  warm(@Input() { body }: InputOf<typeof cacheWarm>) {
    return this.bus.call(warmCache, body);
  }

  @Route(cacheNamespaceRead)
  async namespace(@Input() { params, query }: InputOf<typeof cacheNamespaceRead>) {
    return presentNamespace.of(await this.bus.call(getCacheNamespace, { ...params, ...query }));
  }

  @Route(cacheConfigure)
  async configure(@Input() { params, query, headers, body }: InputOf<typeof cacheConfigure>) {
    const request = { ...params, ...query, change: body, ...revisionOfRequest(headers, 'required') };
    return presentNamespace.of(await this.bus.call(configureNamespace, request));
  }
}

/** The target of an invalidation: a tag, or a namespace with or without a key. */
function targetOf({ namespace = '', key, tag }: Omit<InputOf<typeof cacheInvalidate>['body'], 'service'>) {
  if (tag !== undefined) return { tag };
  return key === undefined ? { namespace } : { namespace, key };
}
