/** The position after the last row of a page, as opaque text for clients: lists run from new to old, over (created_at, id). */
import * as z from 'zod';
import { Failure } from './failures.ts';
import { cursorMaxLength } from './values.ts';

/**
 * The last row a client has seen. `createdAt` is PostgreSQL's own text in UTC with microseconds: through a JavaScript Date (milliseconds)
 * rows of the same millisecond would be skipped or seen twice.
 */
export interface KeysetPosition {
  readonly createdAt: string;
  readonly id: string;
}

const microseconds = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3})\d{3}Z$/;

/** A date that exists, from 1970 on: JavaScript reads `24:00` and 30 February, PostgreSQL has no year 0. */
function exists(createdAt: string): boolean {
  const milliseconds = `${microseconds.exec(createdAt)?.[1]}Z`;
  const date = new Date(milliseconds);
  return date.getTime() >= 0 && date.toISOString() === milliseconds;
}

/** Not signed: every query filters on the owner as well, so a forged position only moves within one's own list. */
const position = z.tuple([z.string().regex(microseconds).refine(exists), z.uuid()]);

export function encodeCursor({ createdAt, id }: KeysetPosition): string {
  return Buffer.from(JSON.stringify([createdAt, id])).toString('base64url');
}

/** @throws Failure `request-invalid` at `/query/cursor` for anything that {@link encodeCursor} did not make */
export function decodeCursor(text: string | undefined): KeysetPosition | undefined {
  if (text === undefined) return undefined;
  const found = position.safeParse(text.length <= cursorMaxLength ? parseJson(Buffer.from(text, 'base64url').toString('utf8')) : undefined);
  if (!found.success) throw badCursor();
  return { createdAt: found.data[0], id: found.data[1] };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // the schema refuses it next
  }
}

const badCursor = () =>
  new Failure('request-invalid', 'This cursor was not given out by this list.', {
    errors: [{ pointer: '/query/cursor', code: 'invalid_cursor', detail: 'Use nextCursor of the page before, unchanged.' }],
  });
