/** JSON bodies must arrive within 15 s; this stops slow-body attacks, which hold connections and handlers open. */
import { PassThrough, type Readable } from 'node:stream';
import type { RouteOptions } from 'fastify';
import { isJsonBody } from './body.ts';
import { ReadDeadline } from './read-deadline.ts';

const arrivesWithinMs = 15_000;

/** Fastify answers with the status of a body error; the original stream stays open, so that the answer can be sent. */
const bodyTimeout = () => Object.assign(new Error('the body did not arrive in time'), { statusCode: 408 });

/** @returns the same bytes, or an error with status 408 when the body is not complete in time */
export function withBodyTimeout(body: Readable, withinMs: number = arrivesWithinMs): Readable {
  const watched = new PassThrough();
  const deadline = new ReadDeadline(withinMs, () => watched.destroy(bodyTimeout()));
  const arrived = () => deadline.stop();
  body.once('end', arrived).once('close', arrived);
  watched.once('close', arrived);
  // The parser removes its listeners once it refuses a body (too large, wrong length); a later error must not be unhandled.
  watched.on('error', () => {});
  body.once('error', (error) => watched.destroy(error));
  return body.pipe(watched);
}

/** Files are exempt: the deadline of their endpoint applies. */
export function limitBodyTime(route: RouteOptions): void {
  if (!isJsonBody(route.config?.endpoint?.body)) return;
  route.preParsing = (_request, _reply, payload, done) => done(null, withBodyTimeout(payload as Readable));
}
