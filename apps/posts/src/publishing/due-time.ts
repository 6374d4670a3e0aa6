/** When a post is to be published, from what a client says. */
import { Failure, invalidField, scheduleMaxDays } from '#contracts';
import { isTimeZone, momentOf } from './zoned-time.ts';

export interface When {
  readonly dueAt?: string | undefined;
  readonly localTime?: string | undefined;
  readonly timeZone?: string | undefined;
}

const dayMs = 86_400_000;
/** The clock of a client may be ahead, and a request takes its time. */
const toleranceMs = 30_000;

/**
 * Without a time it is due now.
 *
 * @throws Failure `request-invalid` for both times, an unknown zone, a date that does not exist or a time more than two years ahead; `publication-in-the-past`
 */
export function dueTimeOf({ dueAt, localTime, timeZone = 'UTC' }: When, now: Date): { readonly dueAt: Date; readonly timeZone: string } {
  if (dueAt !== undefined && localTime !== undefined) throw invalidField('/body/localTime', 'Give either dueAt or localTime.');
  if (!isTimeZone(timeZone)) throw invalidField('/body/timeZone', 'timeZone is not an IANA time zone.');
  if (dueAt === undefined && localTime === undefined) return { dueAt: now, timeZone };
  const at = localTime === undefined ? new Date(dueAt!) : momentOf(localTime, timeZone);
  if (!at) throw invalidField('/body/localTime', 'localTime is not a date of the calendar.');
  if (at.getTime() < now.getTime() - toleranceMs) throw new Failure('publication-in-the-past', `${at.toISOString()} has passed.`);
  if (at.getTime() > now.getTime() + scheduleMaxDays * dayMs)
    throw invalidField(localTime === undefined ? '/body/dueAt' : '/body/localTime', `${at.toISOString()} is more than two years ahead.`);
  return { dueAt: at, timeZone };
}
