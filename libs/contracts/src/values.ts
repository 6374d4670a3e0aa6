/**
 * The types of single values in requests. Every text, number and date that a client can send is one of these, so that whatever passes a
 * schema can also be stored: PostgreSQL takes neither NUL nor lone surrogates in text, and no date that JavaScript cannot read back.
 */
import * as z from 'zod';

export interface TextBounds {
  /** Characters as JavaScript counts them (UTF-16 units); 0 unless told. */
  readonly min?: number;
  readonly max: number;
}

/** Makes one schema for equal bounds: a schema takes some kilobytes, and the contracts name the same few bounds hundreds of times. */
function once<Bounds extends Partial<TextBounds>, Schema>(make: (bounds: Bounds) => Schema): (bounds: Bounds) => Schema {
  const made = new Map<string, Schema>();
  return (bounds) => {
    const name = `${bounds.min}:${bounds.max}`;
    const schema = made.get(name) ?? make(bounds);
    made.set(name, schema);
    return schema;
  };
}

const isStorable = (text: string): boolean => text.isWellFormed() && !text.includes('\u0000');
const storable = { error: 'must be well-formed Unicode without NUL' };

/** Exactly what was sent: URLs, keys, passwords. */
export const exactText = once(({ min = 0, max }: TextBounds) => z.string().min(min).max(max).refine(isStorable, storable));

/** For people to read; kept in Unicode NFC, so that one text has one spelling. */
export const text = once((bounds: TextBounds) => exactText(bounds).normalize('NFC').max(bounds.max));

/** Like {@link text}, on one line and without blanks at its ends: a name. */
export const label = once(({ min = 1, max }: TextBounds) =>
  text({ max })
    .trim()
    .min(min)
    .refine((name) => !/\p{Cc}/u.test(name), { error: 'must not contain control characters' }),
);

/** Opaque to clients: tokens, ids that are no UUIDs. */
export const token = once(({ min = 1, max }: TextBounds) =>
  z
    .string()
    .min(min)
    .max(max)
    .regex(/^[\x21-\x7e]*$/, { error: 'must be visible ASCII' }),
);

/** The value of an HTTP header (RFC 9110 §5.5). Node leaves out no character by itself but NUL, CR and LF. */
export const headerText = (max: number) =>
  z
    .string()
    .max(max)
    .regex(/^[\t\x20-\x7e\x80-\xff]*$/, { error: 'must be a header value' });

export interface IntegerBounds {
  readonly min: number;
  readonly max: number;
}

/** Largest value of a PostgreSQL `integer`. */
export const int32Max = 2 ** 31 - 1;

/** An integer in JSON. */
export const integer = once(({ min, max }: IntegerBounds) => z.number().int().min(min).max(max));

const decimal = /^(?:0|-?[1-9]\d{0,15})$/;

/** The number that decimal digits stand for; undefined for every other spelling (`1e1`, `0x10`, ` 5 `, `+5`, `05`) and beyond safe integers. */
export function parseDecimal(digits: string): number | undefined {
  const value = decimal.test(digits) ? Number(digits) : undefined;
  return Number.isSafeInteger(value) ? value : undefined;
}

const fromDigits = (value: unknown) => (typeof value === 'string' ? (parseDecimal(value) ?? value) : value);

/** An integer in a path, a query, a header or an environment variable: decimal digits. A key that is there twice arrives as a list and is refused. */
export const decimalInteger = once(({ min, max }: IntegerBounds) =>
  z.preprocess(fromDigits, z.number({ error: 'must be an integer in decimal digits' }).int().min(min).max(max)),
);

const earliestMs = 0;
const latestMs = Date.parse('9999-12-31T23:59:59.999Z');
const isInRange = (iso: string) => Date.parse(iso) >= earliestMs && Date.parse(iso) <= latestMs;
const toCanonical = (iso: string) => (isInRange(iso) ? new Date(iso).toISOString() : iso);

/** A moment from 1970 to 9999 (RFC 3339), kept in UTC with milliseconds: finer fractions would be rounded on the way and could leave the range. */
export const timestamp = () => anyTimestamp;
const anyTimestamp = z.iso
  .datetime({ offset: true })
  .max(64)
  .refine(isInRange, { error: 'must lie between 1970 and 9999' })
  .overwrite(toCanonical);

/** A cursor holds the value that its list is sorted by: at most 200 characters of text, 4 bytes each, in base64. */
export const cursorMaxLength = 1_400;

/** The `cursor` of a list: what cursor.ts writes, opaque to clients. */
export const cursor = () => anyCursor;
const anyCursor = z
  .string()
  .regex(/^[A-Za-z0-9_-]*$/, { error: 'Use nextCursor of the page before, unchanged.' })
  .max(cursorMaxLength);
