/** SQL that selects the next deliveries: fair scheduling of slots between owners and receivers. */
import { mayAct } from '#platform';

/** Limits of concurrent requests. */
export interface ClaimLimits {
  /** Free slots in this process. */
  readonly free: number;
  /** Concurrent requests per webhook across all instances. */
  readonly perWebhook: number;
  /** Concurrent requests per receiver (host and port). */
  readonly perReceiver: number;
  /** Concurrent requests to all failing webhooks. */
  readonly failing: number;
  /** Share of the free slots per owner. */
  readonly ownerShare: number;
}

/** Exceeds the duration of any attempt. */
const leaseSeconds = 90;

/** Webhooks with pending deliveries, by a loose index scan. */
const waiting = `waiting AS (
  (SELECT webhook_id FROM gateway.webhook_delivery WHERE state = 'pending' ORDER BY webhook_id LIMIT 1)
  UNION ALL
  SELECT (SELECT d.webhook_id FROM gateway.webhook_delivery d WHERE d.state = 'pending' AND d.webhook_id > w.webhook_id ORDER BY d.webhook_id LIMIT 1)
  FROM waiting w WHERE w.webhook_id IS NOT NULL)`;

/** Open requests of all instances, from a partial index. */
const sending = `sending AS MATERIALIZED (
  SELECT d.webhook_id, w.owner_id, coalesce(w.receiver, w.url) AS receiver, w.failing_since IS NOT NULL AS failing, count(*)::int AS count
  FROM gateway.webhook_delivery d JOIN gateway.webhook w ON w.id = d.webhook_id
  WHERE d.state = 'pending' AND d.lease_until >= now() GROUP BY w.id, d.webhook_id)`;

/** What is due to webhooks of owners who are not suspended, that are enabled, verified and not paused: up to the limit per webhook; failing webhooks get one request at a time. */
const due = `due AS (
  SELECT d.id, d.next_at, w.owner_id, coalesce(w.receiver, w.url) AS receiver, w.failing_since IS NOT NULL AS failing
  FROM waiting JOIN gateway.webhook w ON w.id = waiting.webhook_id AND w.disabled_reason IS NULL AND w.unverified_since IS NULL
    AND (w.paused_until IS NULL OR w.paused_until <= now()) AND ${mayAct('w.owner_id')}
  CROSS JOIN LATERAL (
    SELECT id, next_at FROM gateway.webhook_delivery
    WHERE webhook_id = w.id AND state = 'pending' AND next_at <= now() AND (lease_until IS NULL OR lease_until < now())
    ORDER BY next_at
    LIMIT greatest(0, CASE WHEN w.failing_since IS NULL THEN $2::int ELSE 1 END - coalesce((SELECT count FROM sending WHERE webhook_id = w.id), 0))
    FOR UPDATE SKIP LOCKED) d)`;

/** Round-robin between owners: `turn` counts an owner's deliveries including open ones, so the owner with the fewest comes first. */
const turns = `turns AS (
  SELECT *, coalesce((SELECT sum(s.count) FROM sending s WHERE s.owner_id = due.owner_id), 0)
    + row_number() OVER (PARTITION BY owner_id ORDER BY next_at, id) AS turn FROM due)`;

/** Rank of each delivery among the open requests of its receiver, and among those of failing webhooks. */
const ranked = `ranked AS (
  SELECT *,
    coalesce((SELECT sum(s.count) FROM sending s WHERE s.receiver = turns.receiver), 0)
      + row_number() OVER (PARTITION BY receiver ORDER BY turn, next_at, id) AS at_receiver,
    coalesce((SELECT sum(s.count) FROM sending s WHERE s.failing), 0)
      + row_number() OVER (PARTITION BY failing ORDER BY turn, next_at, id) AS among_failing
  FROM turns)`;

/** Recomputed, because deliveries to a saturated receiver must not use up their owner's turns. */
const allowed = `allowed AS (
  SELECT id, next_at, coalesce((SELECT sum(s.count) FROM sending s WHERE s.owner_id = ranked.owner_id), 0)
    + row_number() OVER (PARTITION BY owner_id ORDER BY next_at, id) AS turn
  FROM ranked WHERE at_receiver <= $3::int AND (NOT failing OR among_failing <= $4::int))`;

/** Assigns slots in this order while the owner stays within its share of the remaining ones. */
const ordered = `ordered AS (SELECT id, turn, row_number() OVER (ORDER BY turn, next_at, id) AS position FROM allowed)`;

export const claimDue = `
  WITH RECURSIVE ${waiting}, ${sending}, ${due}, ${turns}, ${ranked}, ${allowed}, ${ordered}
  UPDATE gateway.webhook_delivery d SET attempts = d.attempts + 1, lease_until = now() + interval '${leaseSeconds} seconds'
  FROM ordered o, gateway.webhook w
  WHERE d.id = o.id AND w.id = d.webhook_id AND o.position <= $1::int AND o.turn <= greatest(1, $5::float8 * ($1::int - o.position + 1))
  RETURNING d.id, d.webhook_id AS "webhookId", d.message_id AS "messageId", d.event, d.body, d.attempts, w.url,
    w.sealed_secret AS "sealedSecret", CASE WHEN w.previous_until > now() THEN w.sealed_previous END AS "sealedPrevious"`;
