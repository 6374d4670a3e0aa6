/** Limits on what an account may use. Storage is exact, also for transactions at the same time; the other meters are checked before the work begins. */
import type { EntityManager } from 'typeorm';
import { Failure, type Meter, meters, type QuotaChange, type QuotaLimits, type QuotaStandings } from '#contracts';
import { type Queryable, queryRows } from '#storage';

/** Owner of the limits of every account that has none of its own. */
export const everyAccount = '00000000-0000-0000-0000-000000000000';

export interface Standing {
  readonly limit: number | null;
  readonly used: number;
}

const limitOf = (owner: string, meter: string) =>
  `(SELECT q.amount::float8 FROM usage.quota q WHERE q.meter = ${meter} AND q.owner_id IN (${owner}, '${everyAccount}')
    ORDER BY q.owner_id = '${everyAccount}' LIMIT 1)`;
const usedOf = (owner: string, meter: string) =>
  `(SELECT coalesce(sum(d.amount), 0)::float8 FROM usage.daily d WHERE d.owner_id = ${owner} AND d.meter = ${meter}
    AND (d.meter = 'storageBytes' OR d.day >= date_trunc('month', now() AT TIME ZONE 'UTC')))`;

export async function standingOf(on: Queryable, ownerId: string, meter: Meter): Promise<Standing> {
  const sql = `SELECT ${limitOf('$1', '$2')} AS "limit", ${usedOf('$1', '$2')} AS used`;
  const [row] = await queryRows<Standing>(on, sql, [ownerId, meter]);
  return row ?? { limit: null, used: 0 };
}

/** Every meter, with the time at which a quota of a month starts anew. */
export async function standingsOf(on: Queryable, ownerId: string): Promise<QuotaStandings> {
  const rows = await queryRows<Standing & { meter: Meter; resetsAt: Date }>(
    on,
    `SELECT m AS meter, ${limitOf('$1', 'm')} AS "limit", ${usedOf('$1', 'm')} AS used,
       (date_trunc('month', now() AT TIME ZONE 'UTC') + interval '1 month') AT TIME ZONE 'UTC' AS "resetsAt" FROM unnest($2::text[]) AS m`,
    [ownerId, meters],
  );
  const shown = rows.map(({ meter, limit, used, resetsAt }) => [
    meter,
    { limit, used: toHundredths(used), resetsAt: meter === 'storageBytes' ? null : resetsAt.toISOString() },
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
export function requireRoom(meter: Meter, { limit, used }: Standing, amount: number): void {
  if (limit === null || (amount > 0 ? used + amount <= limit : used < limit)) return;
  throw new Failure('quota-exceeded', `${meter}: ${shown(used)} of ${limit} are used${needed(amount)}. ${remedy(meter, new Date())}`);
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
 * For a level that is about to grow in `tx`: waits for other transactions of the owner, so that two at the edge of the quota do not both fit.
 *
 * @throws Failure `quota-exceeded`
 */
export async function claimRoom(tx: EntityManager, ownerId: string, meter: Meter, amount: number): Promise<void> {
  const [row] = await queryRows<{ limit: number | null }>(tx, `SELECT ${limitOf('$1', '$2')} AS "limit"`, [ownerId, meter]);
  if (row?.limit === null || row?.limit === undefined) return;
  await queryRows(tx, `SELECT pg_advisory_xact_lock(hashtext('usage'), hashtext($1))`, [ownerId]);
  await admit(tx, ownerId, meter, amount); // a statement of its own: it sees what the lock has waited for
}
