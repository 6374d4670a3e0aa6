/** What identity tells all copies of the gateway. */
import * as z from 'zod';
import { event } from './rpc.ts';

/** Sessions have ended: their access tokens open nothing any more. */
export const sessionsEnded = event({
  subject: 'events.session.ended.v1',
  publishedBy: 'gateway',
  payload: z.object({ sessionIds: z.array(z.uuid()).min(1).max(1_000) }),
});

/** What an API key may be used for: reading (GET) and everything else. */
export const scopes = ['read', 'write'] as const;
export type Scope = (typeof scopes)[number];
