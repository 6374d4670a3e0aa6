import type { InputOf } from '../http/endpoint.ts';
import type { cacheInvalidate } from './cache.endpoints.ts';

/** What to strike, of a body that names a tag, or a namespace with or without a key. */
export function targetOf({ namespace = '', key, tag }: Omit<InputOf<typeof cacheInvalidate>['body'], 'service'>) {
  if (tag !== undefined) return { tag };
  return key === undefined ? { namespace } : { namespace, key };
}
