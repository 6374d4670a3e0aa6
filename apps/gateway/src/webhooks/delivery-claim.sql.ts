/** The statement that decides which deliveries are sent next. Everything that divides slots between owners and receivers is here. */

/** How many requests may be open at once. */
export interface ClaimLimits {
  /** Slots that are free in this process. */
  readonly free: number;
  /** Open requests to one webhook, from all copies together. */
  readonly perWebhook: number;
  /** … to one receiver (host and port). */
  readonly perReceiver: number;
  /** … to all failing webhooks together. */
  readonly failing: number;
  /** Part of the free slots that one owner may hold. */
  readonly ownerShare: number;
}

/** Longer than any attempt. */
const leaseSeconds = 90;

/** Every webhook with something pending, without reading all that is pending (a "loose index scan"). */
const waiting = `waiting AS (
  (SELECT webhook_id FROM gateway.webhook_delivery WHERE state = 'pending' ORDER BY webhook_id LIMIT 1)
  UNION ALL
  SELECT (SELECT d.webhook_id FROM gateway.webhook_delivery d WHERE d.state = 'pending' AND d.webhook_id > w.webhook_id ORDER BY d.webhook_id LIMIT 1)
  FROM waiting w WHERE w.webhook_id IS NOT NULL)`;

/** Open requests of all copies; a part of an index that holds nothing else. */
const sending = `sending AS MATERIALIZED (
  SELECT d.webhook_id, w.owner_id, coalesce(w.receiver, w.url) AS receiver, w.failing_since IS NOT NULL AS failing, count(*)::int AS count
  FROM gateway.webhook_delivery d JOIN gateway.webhook w ON w.id = d.webhook_id
  WHERE d.state = 'pending' AND d.lease_until >= now() GROUP BY w.id, d.webhook_id)`;

/** What is due to webhooks that are not paused: of each no more than it has room for; a failing one gets one request at a time. */
const due = `due AS (
  SELECT d.id, d.next_at, w.owner_id, coalesce(w.receiver, w.url) AS receiver, w.failing_since IS NOT NULL AS failing
  FROM waiting JOIN gateway.webhook w ON w.id = waiting.webhook_id AND (w.paused_until IS NULL OR w.paused_until <= now())
  CROSS JOIN LATERAL (
    SELECT id, next_at FROM gateway.webhook_delivery
    WHERE webhook_id = w.id AND state = 'pending' AND next_at <= now() AND (lease_until IS NULL OR lease_until < now())
    ORDER BY next_at
    LIMIT greatest(0, CASE WHEN w.failing_since IS NULL THEN $2::int ELSE 1 END - coalesce((SELECT count FROM sending WHERE webhook_id = w.id), 0))
    FOR UPDATE SKIP LOCKED) d)`;

/** Owners take turns: `turn` counts an owner's deliveries, open ones included, so whoever has fewest open comes first. */
const turns = `turns AS (
  SELECT *, coalesce((SELECT sum(s.count) FROM sending s WHERE s.owner_id = due.owner_id), 0)
    + row_number() OVER (PARTITION BY owner_id ORDER BY next_at, id) AS turn FROM due)`;

/** The how-manieth open request each would be: to its receiver, and among the failing ones. */
const ranked = `ranked AS (
  SELECT *,
    coalesce((SELECT sum(s.count) FROM sending s WHERE s.receiver = turns.receiver), 0)
      + row_number() OVER (PARTITION BY receiver ORDER BY turn, next_at, id) AS at_receiver,
    coalesce((SELECT sum(s.count) FROM sending s WHERE s.failing), 0)
      + row_number() OVER (PARTITION BY failing ORDER BY turn, next_at, id) AS among_failing
  FROM turns)`;

/** Counted again, because what a full receiver holds back must not take its owner's turns. */
const allowed = `allowed AS (
  SELECT id, next_at, coalesce((SELECT sum(s.count) FROM sending s WHERE s.owner_id = ranked.owner_id), 0)
    + row_number() OVER (PARTITION BY owner_id ORDER BY next_at, id) AS turn
  FROM ranked WHERE at_receiver <= $3::int AND (NOT failing OR among_failing <= $4::int))`;

/** In this order each takes a slot, as long as its owner then holds no more than his share of those that are left. */
const ordered = `ordered AS (SELECT id, turn, row_number() OVER (ORDER BY turn, next_at, id) AS position FROM allowed)`;

export const claimDue = `
  WITH RECURSIVE ${waiting}, ${sending}, ${due}, ${turns}, ${ranked}, ${allowed}, ${ordered}
  UPDATE gateway.webhook_delivery d SET attempts = d.attempts + 1, lease_until = now() + interval '${leaseSeconds} seconds'
  FROM ordered o, gateway.webhook w
  WHERE d.id = o.id AND w.id = d.webhook_id AND o.position <= $1::int AND o.turn <= greatest(1, $5::float8 * ($1::int - o.position + 1))
  RETURNING d.id, d.webhook_id AS "webhookId", d.message_id AS "messageId", d.event, d.body, d.attempts, w.url,
    w.sealed_secret AS "sealedSecret", CASE WHEN w.previous_until > now() THEN w.sealed_previous END AS "sealedPrevious"`;
