/** What caches tell each other. */
import * as z from 'zod';
import { event } from './rpc.ts';

const from = { origin: z.string().max(64), service: z.string().max(64), recorded: z.boolean() };

/** A cached value is not true any more: every instance of that service forgets it. */
export const cacheInvalidated = event({
  subject: 'events.cache.invalidated.v1',
  payload: z.discriminatedUnion('kind', [
    z.object({ ...from, kind: z.literal('key'), namespace: z.string(), key: z.string() }),
    z.object({ ...from, kind: z.literal('tag'), tag: z.string() }),
    z.object({ ...from, kind: z.literal('namespace'), namespace: z.string() }),
  ]),
});
