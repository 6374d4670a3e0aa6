/** What the caller uses. */
import * as z from 'zod';
import { usageWithQuotas } from '#contracts';
import { endpoint } from '../http/endpoint.ts';

/** Longest period of one request. */
export const maxDays = 366;

/** 1970 to 9999, so that PostgreSQL and JavaScript read the same day. */
const day = z.iso.date().refine((text) => text >= '1970-01-02' && text <= '9999-12-30', { error: 'must lie between 1970 and 9999' });

export const getUsage = endpoint({
  id: 'getUsage',
  method: 'GET',
  path: '/v1/usage',
  tag: 'Identity',
  summary: 'Your usage by day and in total, and your quotas',
  description: `At most ${maxDays} days, in UTC. Default: the last 30 days.`,
  auth: 'user',
  isQuotaExempt: true, // says how much is left
  cacheControl: 'no-store',
  query: z.strictObject({
    from: day.optional().meta({ description: 'First day; default: 29 days before `to`.' }),
    to: day.optional().meta({ description: 'Last day; default: today.' }),
  }),
  responses: { 200: usageWithQuotas },
  failures: ['service-unavailable'],
});
