/** A small body has to arrive soon: who sends a byte a minute would hold a connection and a handler for as long as he likes. */
import { PassThrough, type Readable } from 'node:stream';
import type { RouteOptions } from 'fastify';
import { isJsonBody } from './body.ts';

const arrivesWithinMs = 15_000;

/** Fastify answers an error of the body with its status; the original stream stays, so that there is a connection to answer on. */
const lateBody = () => Object.assign(new Error('the body did not arrive in time'), { statusCode: 408 });

/** @returns the same bytes, or an error with status 408 when they are not all there in time */
export function inTime(body: Readable, withinMs: number = arrivesWithinMs): Readable {
  const watched = new PassThrough();
  const timer = setTimeout(() => watched.destroy(lateBody()), withinMs);
  const arrived = () => clearTimeout(timer);
  body.once('end', arrived).once('close', arrived);
  watched.once('close', arrived);
  // The parser stops listening once it has made up its mind (too large, wrong length); an error after that has nobody to hear it.
  watched.on('error', () => {});
  body.once('error', (error) => watched.destroy(error));
  return body.pipe(watched);
}

/** Files are exempt: they may take as long as their endpoint's deadline says. */
export function refuseLateBody(route: RouteOptions): void {
  if (!isJsonBody(route.config?.endpoint?.body)) return;
  route.preParsing = (_request, _reply, payload, done) => done(null, inTime(payload as Readable));
}
