import { Controller } from '@nestjs/common';
import { configureNamespace, explainCacheKey, invalidateCache, readCacheStats, warmCache } from '#contracts';
import { Bus } from '#platform';
import type { InputOf } from '../http/endpoint.ts';
import { Input, Route } from '../http/route.ts';
import { cacheConfigure, cacheExplain, cacheInvalidate, cacheStats, cacheWarm } from './cache.endpoints.ts';

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

  @Route(cacheConfigure)
  configure(@Input() { params, query, body }: InputOf<typeof cacheConfigure>) {
    return this.bus.call(configureNamespace, { ...params, ...query, change: body });
  }
}

/** The target of an invalidation: a tag, or a namespace with or without a key. */
function targetOf({ namespace = '', key, tag }: Omit<InputOf<typeof cacheInvalidate>['body'], 'service'>) {
  if (tag !== undefined) return { tag };
  return key === undefined ? { namespace } : { namespace, key };
}
