/** Requests to erase an account, and the confirmations of services. */
import type { EntityManager } from 'typeorm';
import { erasingServices, type ServiceName } from '#contracts';
import { type Queryable, queryRows } from '#storage';

/** A copy that has not renewed its claim for this long has stopped; another one continues. */
const leaseSeconds = 60;

/** This service has not confirmed; the gateway, which keeps what the others write while they erase, comes last. */
const isOpen = `r.done_at IS NULL AND r.erase_from <= now()
  AND NOT EXISTS (SELECT 1 FROM erasure.confirmation c WHERE c.owner_id = r.owner_id AND c.service = $1 AND (c.confirmed_at IS NOT NULL OR c.lease_until > now()))
  AND ($1 <> 'gateway' OR (SELECT count(*) FROM erasure.confirmation c
    WHERE c.owner_id = r.owner_id AND c.confirmed_at IS NOT NULL AND c.service = ANY($2)) = cardinality($2))`;

const others = erasingServices.filter((service) => service !== 'gateway');

/** Asks all services to erase what they keep of an owner, from `settleSeconds` after now on. Idempotent. */
export async function requestErasure(tx: EntityManager, ownerId: string, settleSeconds: number): Promise<void> {
  await queryRows(
    tx,
    `INSERT INTO erasure.request (owner_id, erase_from) VALUES ($1, now() + make_interval(secs => $2)) ON CONFLICT DO NOTHING`,
    [ownerId, settleSeconds],
  );
}

/** Claims the oldest request that this service has to work on. @returns the owner; undefined when there is none */
export async function claimErasure(on: Queryable, service: ServiceName): Promise<string | undefined> {
  const [row] = await queryRows<{ ownerId: string }>(
    on,
    `INSERT INTO erasure.confirmation AS c (owner_id, service, lease_until)
     SELECT r.owner_id, $1, now() + interval '${leaseSeconds} seconds' FROM erasure.request r WHERE ${isOpen} ORDER BY r.erase_from LIMIT 1
     ON CONFLICT (owner_id, service) DO UPDATE SET lease_until = excluded.lease_until WHERE c.confirmed_at IS NULL AND c.lease_until <= now()
     RETURNING owner_id AS "ownerId"`,
    [service, others],
  );
  return row?.ownerId;
}

export async function renewErasure(on: Queryable, service: ServiceName, ownerId: string): Promise<void> {
  await queryRows(
    on,
    `UPDATE erasure.confirmation SET lease_until = now() + interval '${leaseSeconds} seconds' WHERE owner_id = $1 AND service = $2`,
    [ownerId, service],
  );
}

/** Lets another attempt begin in `seconds`. */
export async function postponeErasure(on: Queryable, service: ServiceName, ownerId: string, seconds: number): Promise<void> {
  await queryRows(
    on,
    `UPDATE erasure.confirmation SET lease_until = now() + make_interval(secs => $3)
     WHERE owner_id = $1 AND service = $2 AND confirmed_at IS NULL`,
    [ownerId, service, seconds],
  );
}

/** This service keeps nothing of the owner any more. The last confirmation completes the request. */
export async function confirmErasure(tx: EntityManager, service: ServiceName, ownerId: string): Promise<void> {
  await queryRows(tx, 'SELECT 1 FROM erasure.request WHERE owner_id = $1 FOR UPDATE', [ownerId]); // two last ones: the second sees the first
  await queryRows(tx, 'UPDATE erasure.confirmation SET confirmed_at = coalesce(confirmed_at, now()) WHERE owner_id = $1 AND service = $2', [
    ownerId,
    service,
  ]);
  await queryRows(
    tx,
    `UPDATE erasure.request r SET done_at = now() WHERE owner_id = $1 AND done_at IS NULL
       AND (SELECT count(*) FROM erasure.confirmation c WHERE c.owner_id = $1 AND confirmed_at IS NOT NULL AND service = ANY($2)) = cardinality($2)`,
    [ownerId, erasingServices],
  );
  await queryRows(tx, resumeErased, [ownerId]);
}

/** SQL that is true of an owner in whose name something may be sent. @param column expression of type uuid */
export const mayAct = (column: string): string => `NOT EXISTS (SELECT 1 FROM erasure.suspension WHERE owner_id = ${column})`;

/** Nothing is sent any more, because nothing is left. */
const resumeErased =
  'DELETE FROM erasure.suspension s USING erasure.request r WHERE s.owner_id = $1 AND r.owner_id = $1 AND r.done_at IS NOT NULL';

export interface ErasureState {
  readonly doneAt: Date | null;
  /** Services that have not confirmed. */
  readonly waitingFor: readonly ServiceName[];
}

/** @returns undefined where no erasure was requested */
export async function erasureStateOf(on: Queryable, ownerId: string): Promise<ErasureState | undefined> {
  const [row] = await queryRows<{ doneAt: Date | null; confirmed: string[] }>(
    on,
    `SELECT done_at AS "doneAt",
       ARRAY(SELECT service FROM erasure.confirmation c WHERE c.owner_id = r.owner_id AND confirmed_at IS NOT NULL) AS confirmed
     FROM erasure.request r WHERE owner_id = $1`,
    [ownerId],
  );
  return row && { doneAt: row.doneAt, waitingFor: erasingServices.filter((name) => !row.confirmed.includes(name)) };
}

/** Whether a service has an erasure to work on, now or later. @returns owners, at most 100 */
export async function openErasures(on: Queryable): Promise<string[]> {
  const rows = await queryRows<{ ownerId: string }>(
    on,
    'SELECT owner_id AS "ownerId" FROM erasure.request WHERE done_at IS NULL AND erase_from <= now() ORDER BY erase_from LIMIT 100',
  );
  return rows.map(({ ownerId }) => ownerId);
}
