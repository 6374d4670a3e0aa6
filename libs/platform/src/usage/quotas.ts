/**
 * Limits on what an account may use, exact also for transactions at the same time: storage when it grows, minutes of audio and video when their job is
 * enqueued, which reserves them. The other meters are checked before the work begins.
 */
import type { EntityManager } from 'typeorm';
import { Failure, type Meter, meters, type QuotaChange, type QuotaLimits, type QuotaStandings } from '#contracts';
import { type Queryable, queryRows } from '#storage';

/** Owner of the limits of every account that has none of its own. */
export const everyAccount = '00000000-0000-0000-0000-000000000000';

export interface Standing {
  readonly limit: number | null;
  readonly used: number;
  /** What jobs that wait or run will use. */
  readonly reserved: number;
}

const limitOf = (owner: string, meter: string) =>
  `(SELECT q.amount::float8 FROM usage.quota q WHERE q.meter = ${meter} AND q.owner_id IN (${owner}, '${everyAccount}')
    ORDER BY q.owner_id = '${everyAccount}' LIMIT 1)`;
const usedOf = (owner: string, meter: string) =>
  `(SELECT coalesce(sum(d.amount), 0)::float8 FROM usage.daily d WHERE d.owner_id = ${owner} AND d.meter = ${meter}
    AND (d.meter = 'storageBytes' OR d.day >= date_trunc('month', now() AT TIME ZONE 'UTC')))`;
const reservedOf = (owner: string, meter: string) =>
  `(SELECT coalesce(sum(j.reserved_amount), 0) FROM jobs.job j
    WHERE j.owner_id = ${owner} AND j.reserved_meter = ${meter} AND j.state IN ('queued', 'running'))`;

export async function standingOf(on: Queryable, ownerId: string, meter: Meter): Promise<Standing> {
  const sql = `SELECT ${limitOf('$1', '$2')} AS "limit", ${usedOf('$1', '$2')} AS used, ${reservedOf('$1', '$2')} AS reserved`;
  const [row] = await queryRows<Standing>(on, sql, [ownerId, meter]);
  return row ?? { limit: null, used: 0, reserved: 0 };
}

/** Every meter, with the time at which a quota of a month starts anew. */
export async function standingsOf(on: Queryable, ownerId: string): Promise<QuotaStandings> {
  const rows = await queryRows<Standing & { meter: Meter; resetsAt: Date }>(
    on,
    `SELECT m AS meter, ${limitOf('$1', 'm')} AS "limit", ${usedOf('$1', 'm')} AS used, ${reservedOf('$1', 'm')} AS reserved,
       (date_trunc('month', now() AT TIME ZONE 'UTC') + interval '1 month') AT TIME ZONE 'UTC' AS "resetsAt" FROM unnest($2::text[]) AS m`,
    [ownerId, meters],
  );
  const shown = rows.map(({ meter, limit, used, reserved, resetsAt }) => [
    meter,
    {
      limit,
      used: toHundredths(used),
      reserved: toHundredths(reserved),
      resetsAt: meter === 'storageBytes' ? null : resetsAt.toISOString(),
    },
  ]);
  return Object.fromEntries(shown) as QuotaStandings;
}

/** @param ownerId or {@link everyAccount}. @returns the limits of its own */
export async function limitsOf(on: Queryable, ownerId: string): Promise<QuotaLimits> {
  const rows = await queryRows<{ meter: Meter; amount: number }>(
    on,
    'SELECT meter, amount::float8 AS amount FROM usage.quota WHERE owner_id = $1',
    [ownerId],
  );
  const known = new Map(rows.map(({ meter, amount }) => [meter, amount]));
  return Object.fromEntries(meters.map((meter) => [meter, known.get(meter) ?? null])) as QuotaLimits;
}

/** @param ownerId or {@link everyAccount}. @param change null takes a limit away */
export async function changeLimits(tx: EntityManager, ownerId: string, change: QuotaChange): Promise<void> {
  for (const meter of meters) {
    const amount = change[meter];
    if (amount === null) await queryRows(tx, 'DELETE FROM usage.quota WHERE owner_id = $1 AND meter = $2', [ownerId, meter]);
    if (typeof amount === 'number')
      await queryRows(
        tx,
        `INSERT INTO usage.quota (owner_id, meter, amount) VALUES ($1, $2, $3::float8::numeric)
         ON CONFLICT (owner_id, meter) DO UPDATE SET amount = excluded.amount, changed_at = now()`,
        [ownerId, meter, amount],
      );
  }
}

/** @param amount about to be used; 0 where it is not known yet: then anything that is left is enough. @throws Failure `quota-exceeded` */
export function requireRoom(meter: Meter, { limit, used, reserved }: Standing, amount: number): void {
  const taken = used + reserved;
  if (limit === null || (amount > 0 ? taken + amount <= limit : taken < limit)) return;
  const open = reserved > 0 ? `, ${shown(reserved)} are reserved by jobs that wait or run` : '';
  throw new Failure(
    'quota-exceeded',
    `${meter}: ${shown(used)} of ${limit} are used${open}${needed(amount)}. ${remedy(meter, new Date())}`,
  );
}

/** Minutes are sums of fractions: two digits are what a reader needs. */
export const toHundredths = (amount: number): number => Math.round(amount * 100) / 100;
const shown = (amount: number) => String(toHundredths(amount));
const needed = (amount: number) => (amount > 0 ? `, and this needs ${shown(amount)}` : '');

function remedy(meter: Meter, now: Date): string {
  if (meter === 'storageBytes') return 'Delete something, or ask an operator for more.';
  const next = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1, 1)).toISOString();
  return `The quota starts anew at ${next}.`;
}

/** Before work begins. @throws Failure `quota-exceeded` */
export async function admit(on: Queryable, ownerId: string, meter: Meter, amount = 0): Promise<void> {
  requireRoom(meter, await standingOf(on, ownerId, meter), amount);
}

/**
 * Until `tx` ends, no other transaction of the owner claims or reserves. A statement that follows sees what the lock has waited for. Without any limit nothing
 * is locked; with one, also for meters without: the lock comes before the rows of all meters, so that two transactions cannot deadlock.
 *
 * @returns whether the owner has a limit on the meter
 */
export async function lockQuota(tx: EntityManager, ownerId: string, meter: Meter): Promise<boolean> {
  const limits = `SELECT DISTINCT meter FROM usage.quota WHERE owner_id IN ($1, '${everyAccount}')`;
  const limited = await queryRows<{ meter: Meter }>(tx, limits, [ownerId]);
  if (limited.length > 0) await queryRows(tx, `SELECT pg_advisory_xact_lock(hashtext('usage'), hashtext($1))`, [ownerId]);
  return limited.some((each) => each.meter === meter);
}

/**
 * For what is recorded in the same transaction: of two at the edge of the quota one is refused.
 *
 * @throws Failure `quota-exceeded`
 */
export async function claimRoom(tx: EntityManager, ownerId: string, meter: Meter, amount: number): Promise<void> {
  if (await lockQuota(tx, ownerId, meter)) await admit(tx, ownerId, meter, amount);
}
