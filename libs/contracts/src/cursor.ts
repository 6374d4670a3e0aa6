/**
 * The position after the last row of a page, as opaque text for clients: of lists from new to old, over (created_at, id), and of sorted lists, over
 * the value that they are sorted by and the id.
 */
import * as z from 'zod';
import { Failure } from './failure.ts';
import { cursorMaxLength, exactText } from './values.ts';

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
  const [createdAt, id] = decoded(position, text);
  return { createdAt, id };
}

/** What a list is sorted by: a moment as in {@link KeysetPosition}, text of at most 200 characters, or a number. */
export type SortType = 'timestamp' | 'text' | 'number';

export interface SortedPosition {
  /** As in the request: `-createdAt`. A cursor counts in lists with the same order only. */
  readonly sort: string;
  /** Null in the rows that have no value; they come last. */
  readonly value: string | number | null;
  readonly id: string;
}

const sortValues = {
  timestamp: z.string().regex(microseconds).refine(exists),
  text: exactText({ max: 400 }), // 200 characters beyond the basic plane are 400 UTF-16 units
  number: z.number(),
} as const satisfies Record<SortType, z.ZodType>;

export function encodeSortedCursor({ sort, value, id }: SortedPosition): string {
  return Buffer.from(JSON.stringify([sort, value, id])).toString('base64url');
}

/**
 * @param sort what the list is asked to be sorted by now
 * @throws Failure `request-invalid` at `/query/cursor` for a cursor of another order, and for anything that {@link encodeSortedCursor} did not make
 */
export function decodeSortedCursor(text: string | undefined, sort: string, type: SortType): SortedPosition | undefined {
  if (text === undefined) return undefined;
  const [, value, id] = decoded(z.tuple([z.literal(sort), sortValues[type].nullable(), z.uuid()]), text);
  return { sort, value, id };
}

function decoded<T>(schema: z.ZodType<T>, text: string): T {
  const found = schema.safeParse(text.length <= cursorMaxLength ? parseJson(Buffer.from(text, 'base64url').toString('utf8')) : undefined);
  if (!found.success) throw badCursor();
  return found.data;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // the schema refuses it next
  }
}

const badCursor = () =>
  new Failure('request-invalid', 'This cursor was not given out by this list in this order.', {
    errors: [{ pointer: '/query/cursor', code: 'cursor-invalid', detail: 'Use nextCursor of the page before, unchanged.' }],
  });
