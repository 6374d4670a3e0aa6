/** Keyset positions in lists that run from new to old, as opaque text for clients. */

import * as z from 'zod';
import { Failure } from '#contracts';

/**
 * The last row a client has seen. `createdAt` is PostgreSQL's own text in UTC with microseconds: through a JavaScript Date (milliseconds)
 * rows of the same millisecond would be skipped or seen twice.
 */
export interface KeysetPosition {
  readonly createdAt: string;
  readonly id: string;
}

export interface Page<Item> {
  readonly items: Item[];
  /** Absent on the last page. */
  readonly nextCursor: string | null;
}

/** Nothing in it is secret and nothing is trusted: every query filters on the owner as well, so a forged cursor only moves within one's own list. */
const position = z.tuple([z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/), z.uuid()]);
const longest = 200;

export function encodeCursor({ createdAt, id }: KeysetPosition): string {
  return Buffer.from(JSON.stringify([createdAt, id])).toString('base64url');
}

/** @throws Failure `request-invalid` at `/query/cursor` for anything that {@link encodeCursor} did not make */
export function decodeCursor(cursor: string | undefined): KeysetPosition | undefined {
  if (cursor === undefined) return undefined;
  const found = position.safeParse(cursor.length <= longest ? parseJson(Buffer.from(cursor, 'base64url').toString('utf8')) : undefined);
  if (!found.success || Number.isNaN(Date.parse(found.data[0]))) throw badCursor();
  return { createdAt: found.data[0], id: found.data[1] };
}

/** Makes a page of at most `limit` out of rows fetched with `LIMIT limit + 1`: the extra row only says that there is more. */
export function toPage<Row>(rows: readonly Row[], limit: number, positionOf: (row: Row) => KeysetPosition): Page<Row> {
  const items = rows.slice(0, limit);
  const last = rows.length > limit ? items.at(-1) : undefined;
  return { items, nextCursor: last === undefined ? null : encodeCursor(positionOf(last)) };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // not a cursor of ours, which the schema says next
  }
}

const badCursor = () =>
  new Failure('request-invalid', 'This cursor was not given out by this list.', {
    errors: [{ pointer: '/query/cursor', code: 'invalid_cursor', detail: 'Use nextCursor of the page before, unchanged.' }],
  });
