/** How Kong treats each need: timeouts, retries, buffering and the limit of its tier. */
import type { EdgeRoute, Need } from './edge-routes.ts';
import type { KongSettings } from './settings.ts';

export interface Treatment {
  /** Kong replays a request on error; 0 unless doing it twice is the same as doing it once. */
  readonly retries: number;
  /** Between two reads from the gateway, ms. */
  readonly readTimeoutMs: number;
  /** Between two writes to the gateway, ms. */
  readonly writeTimeoutMs: number;
  /** false: Kong hands bytes on as they come and writes none of them to disk. */
  readonly requestBuffering: boolean;
  readonly responseBuffering: boolean;
}

/** The gateway's own deadline is 30 s; it should be the one to answer, as a problem document. */
const plainMs = 35_000;
const plain: Treatment = {
  retries: 0,
  readTimeoutMs: plainMs,
  writeTimeoutMs: plainMs,
  requestBuffering: true,
  responseBuffering: true,
};
const idempotent: Treatment = { ...plain, retries: 1 };
const downloads: Treatment = { ...plain, responseBuffering: false, readTimeoutMs: 60_000 };

export const treatments: Readonly<Record<Need, Treatment>> = {
  open: idempotent,
  credentials: plain,
  links: downloads,
  reads: idempotent,
  writes: plain,
  uploads: { ...plain, requestBuffering: false, writeTimeoutMs: 60_000, readTimeoutMs: 3_600_000 },
  downloads,
  // The gateway sends a comment every 15 s, so an hour of silence means that the line is dead.
  events: { ...plain, responseBuffering: false, readTimeoutMs: 3_600_000 },
};

export const limitOf = (need: Need, settings: KongSettings): number =>
  ({
    open: settings.EDGE_LIMIT_OPEN,
    credentials: settings.EDGE_LIMIT_CREDENTIALS,
    links: settings.EDGE_LIMIT_DOWNLOADS,
    reads: settings.EDGE_LIMIT_READS,
    writes: settings.EDGE_LIMIT_WRITES,
    uploads: settings.EDGE_LIMIT_UPLOADS,
    downloads: settings.EDGE_LIMIT_DOWNLOADS,
    events: settings.EDGE_LIMIT_EVENTS,
  })[need];

/** A form adds its boundaries and the names of its fields to the file. */
const formOverheadBytes = 64 * 1_024;

/** The most a body of this route may hold, in bytes. Routes that take none still get a bound: Kong would read what is sent. */
export function sizeCapOf(route: EdgeRoute, settings: KongSettings): number {
  if (route.need === 'uploads') return Math.min(route.bodyLimitBytes, settings.GATEWAY_UPLOAD_MAX_BYTES) + formOverheadBytes;
  return Math.max(1_024, route.bodyLimitBytes);
}
