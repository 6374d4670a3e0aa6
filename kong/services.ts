/** Settings of each Kong service: timeouts, retries, buffering and rate limit tier. */
import { defaultDeadlineMs } from '../apps/gateway/src/http/endpoint.ts';
import type { EdgeRoute, Need } from './edge-routes.ts';
import type { KongSettings } from './settings.ts';

export interface Treatment {
  /** Retries on connection errors; 0 for non-idempotent requests. */
  readonly retries: number;
  /** Timeout between two reads from the gateway, ms; absent: from the deadlines of the routes. */
  readonly readTimeoutMs?: number;
  /** Timeout between two writes to the gateway, ms. */
  readonly writeTimeoutMs: number;
  /** false: Kong streams the body and writes nothing to disk. */
  readonly requestBuffering: boolean;
  readonly responseBuffering: boolean;
}

const plain: Treatment = {
  retries: 0,
  writeTimeoutMs: 10_000,
  requestBuffering: true,
  responseBuffering: true,
};
const idempotent: Treatment = { ...plain, retries: 1 };
const downloads: Treatment = { ...plain, responseBuffering: false };

export const treatments: Readonly<Record<Need, Treatment>> = {
  open: idempotent,
  credentials: plain,
  links: downloads,
  reads: idempotent,
  writes: plain,
  waits: plain,
  uploads: { ...plain, requestBuffering: false, writeTimeoutMs: 60_000, readTimeoutMs: 3_600_000 },
  downloads,
  // The gateway sends a comment every 15 s, so an idle hour means a dead connection.
  events: { ...plain, responseBuffering: false, readTimeoutMs: 3_600_000 },
};

/** The gateway answers within its deadline and a second; with this margin its problem document arrives before Kong gives up. */
const marginMs = 2_000;

/** Time to the first byte, ms: a gateway that hangs holds a request no longer than this. */
export function readTimeoutOf(need: Need, routes: readonly EdgeRoute[]): number {
  return treatments[need].readTimeoutMs ?? Math.max(defaultDeadlineMs, ...routes.map(({ deadlineMs }) => deadlineMs ?? 0)) + marginMs;
}

export const limitOf = (need: Need, settings: KongSettings): number =>
  ({
    open: settings.EDGE_LIMIT_OPEN,
    credentials: settings.EDGE_LIMIT_CREDENTIALS,
    links: settings.EDGE_LIMIT_DOWNLOADS,
    reads: settings.EDGE_LIMIT_READS,
    writes: settings.EDGE_LIMIT_WRITES,
    waits: settings.EDGE_LIMIT_WRITES,
    uploads: settings.EDGE_LIMIT_UPLOADS,
    downloads: settings.EDGE_LIMIT_DOWNLOADS,
    events: settings.EDGE_LIMIT_EVENTS,
  })[need];

/** Overhead of multipart boundaries and field names. */
const formOverheadBytes = 64 * 1_024;

/** Maximum body size of a route in bytes. Routes without a body get a limit too, because Kong reads what is sent. */
export function sizeCapOf(route: EdgeRoute, settings: KongSettings): number {
  if (route.need === 'uploads') return Math.min(route.bodyLimitBytes, settings.GATEWAY_UPLOAD_MAX_BYTES) + formOverheadBytes;
  return Math.max(1_024, route.bodyLimitBytes);
}
