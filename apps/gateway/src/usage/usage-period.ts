import { Failure } from '#contracts';
import { maxDays } from './usage.endpoints.ts';

const dayMs = 86_400_000;
const defaultDays = 30;
const dayOf = (ms: number) => new Date(ms).toISOString().slice(0, 10);

/**
 * The period of a request, both days included.
 *
 * @param nowMs Unix time in milliseconds
 * @throws Failure request-invalid when `from` lies after `to`, or the period is longer than {@link maxDays} days
 */
export function periodOf(
  { from, to }: { from?: string | undefined; to?: string | undefined },
  nowMs: number,
): { from: string; to: string } {
  const last = to ?? dayOf(nowMs);
  const first = from ?? dayOf(Math.max(0, Date.parse(last) - (defaultDays - 1) * dayMs));
  const days = (Date.parse(last) - Date.parse(first)) / dayMs + 1;
  if (days >= 1 && days <= maxDays) return { from: first, to: last };
  const detail = days < 1 ? 'must not lie after `to`' : `must lie at most ${maxDays - 1} days before \`to\``;
  throw new Failure('request-invalid', `The period is not valid: from ${detail}.`, {
    errors: [{ pointer: '/query/from', code: 'invalid', detail }],
  });
}
