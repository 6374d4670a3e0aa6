/** Counts what an owner uses, per meter and day, in the transaction that makes it so. */
import type { EntityManager } from 'typeorm';
import { type Meter, meters, type UsageAmounts, type UsageReport } from '#contracts';
import { type Queryable, queryRows } from '#storage';
import { admit, claimRoom, lockQuota, toHundredths } from './quotas.ts';
import { type Reservation, reserve, spendReserved } from './reservations.ts';

const dayMs = 86_400_000;

/**
 * Adds an amount to today's row, with one upsert. It locks that row until the commit: record last in a transaction, and several meters in the order of
 * `meters`, so that two transactions of one owner cannot deadlock.
 *
 * @param tx the transaction whose effect is counted: both happen or neither
 * @param amount in the unit of the meter; negative only for `storageBytes`, when something is deleted; 0 records nothing
 * @throws Failure `quota-exceeded` when storage would grow beyond the quota; RangeError for an amount that is not finite, or negative where it must not be
 */
async function record(tx: EntityManager, ownerId: string, meter: Meter, amount: number): Promise<void> {
  if (meter === 'storageBytes' && amount > 0) await claimRoom(tx, ownerId, meter, amount);
  await recordUnchecked(tx, ownerId, meter, amount);
}

/** As {@link record}, for what a quota must not refuse although it counts. */
async function recordUnchecked(tx: EntityManager, ownerId: string, meter: Meter, amount: number): Promise<void> {
  if (!Number.isFinite(amount) || (amount < 0 && meter !== 'storageBytes')) throw new RangeError(`not an amount of ${meter}: ${amount}`);
  if (amount === 0) return;
  if (meter === 'storageBytes') await lockQuota(tx, ownerId, meter); // always before the row
  await queryRows(
    tx,
    `INSERT INTO usage.daily AS d (owner_id, meter, day, amount) VALUES ($1, $2, (now() AT TIME ZONE 'UTC')::date, $3::float8::numeric)
     ON CONFLICT (owner_id, meter, day) DO UPDATE SET amount = d.amount + excluded.amount`,
    [ownerId, meter, amount],
  );
}

/**
 * Records a part of what a job has reserved, in the transaction that makes it so and before the job ends. Last in its transaction: it locks the row of the day.
 */
async function spend(tx: EntityManager, { jobId, ownerId, meter, amount }: Omit<Reservation, 'isEstimate'>): Promise<void> {
  await spendReserved(tx, jobId, meter, amount);
  await record(tx, ownerId, meter, amount);
}

interface Row {
  readonly day: string;
  readonly meter: Meter;
  readonly amount: string;
}

/** @param from first day, @param to last day, `YYYY-MM-DD`, UTC */
async function report(on: Queryable, ownerId: string, { from, to }: { from: string; to: string }): Promise<UsageReport> {
  const rows = await queryRows<Row>(
    on,
    `SELECT to_char(greatest(day, $2::date - 1), 'YYYY-MM-DD') AS day, meter, sum(amount)::text AS amount FROM usage.daily
     WHERE owner_id = $1 AND ((day BETWEEN $2 AND $3) OR (meter = 'storageBytes' AND day < $2)) GROUP BY 1, 2`,
    [ownerId, from, to],
  );
  return reportOf(rows, from, to);
}

/** @param rows those of the day before `from` are the level of `storageBytes` at the beginning */
function reportOf(rows: readonly Row[], from: string, to: string): UsageReport {
  const amountOn = new Map(rows.map(({ day, meter, amount }) => [`${meter} ${day}`, Number(amount)]));
  const totals = zero();
  totals.storageBytes = amountOn.get(`storageBytes ${dayAfter(from, -1)}`) ?? 0;
  const days: UsageReport['days'] = [];
  for (let day = from; day <= to; day = dayAfter(day, 1)) {
    const amounts = zero();
    for (const meter of meters) {
      amounts[meter] = amountOn.get(`${meter} ${day}`) ?? 0;
      totals[meter] += amounts[meter];
    }
    days.push({ day, amounts: rounded({ ...amounts, storageBytes: totals.storageBytes }) });
  }
  return { from, to, totals: rounded(totals), days };
}

const zero = (): UsageAmounts => ({ storageBytes: 0, audioMinutes: 0, videoMinutes: 0, textUnits: 0, requests: 0 });
const rounded = (amounts: UsageAmounts): UsageAmounts =>
  Object.fromEntries(meters.map((meter) => [meter, toHundredths(amounts[meter])])) as UsageAmounts;
const dayAfter = (day: string, days: number) => new Date(Date.parse(day) + days * dayMs).toISOString().slice(0, 10);

/** Records what was there already when it was asked for. @throws Failure `quota-exceeded` */
async function recordWithin(tx: EntityManager, ownerId: string, meter: Meter, amount: number): Promise<void> {
  await claimRoom(tx, ownerId, meter, amount);
  await record(tx, ownerId, meter, amount);
}

export const usage = { record, recordWithin, recordUnchecked, reserve, spend, report, admit };
