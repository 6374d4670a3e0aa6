/** Who asks, under which request, and until when: what travels beside every message (NATS headers) and every job. */
import * as z from 'zod';

export const roles = ['user', 'operator'] as const;
export type Role = (typeof roles)[number];

export const callContext = z.object({
  /** The user on whose behalf this happens; absent only for work that belongs to nobody (status, health). */
  subject: z.uuid().optional(),
  roles: z.array(z.enum(roles)),
  requestId: z.string().min(1).max(128),
  /** W3C Trace Context, version 00. */
  traceparent: z.string().regex(/^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/),
  /** Unix time in milliseconds after which nobody waits for the answer any more. */
  deadlineAtMs: z.number().int().positive(),
});
export type CallContext = z.output<typeof callContext>;

export const traceIdOf = (context: Pick<CallContext, 'traceparent'>): string => context.traceparent.slice(3, 35);
