import { describe, expect, it } from '@jest/globals';
import { decodeCursor, decodeSortedCursor, encodeCursor, encodeSortedCursor } from './cursor.ts';

const at = { createdAt: '2026-03-01T10:00:00.123456Z', id: '0d8f1c3e-8a54-4a53-9d0e-0c64bd0ad0a1' };
const cursorOf = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

describe('a cursor', () => {
  it('comes back as the position it was made from, to the microsecond', () => expect(decodeCursor(encodeCursor(at))).toEqual(at));
  it('is safe in a URL as it stands', () => expect(encodeCursor(at)).toMatch(/^[\w-]+$/));
  it('is absent on the first page', () => expect(decodeCursor(undefined)).toBeUndefined());

  it.each([
    ['nothing', ''],
    ['noise', '%%%'],
    ['text', 'aGVsbG8'],
    ['a number', cursorOf(5)],
    ['another shape', cursorOf({ ...at })],
    ['milliseconds only', cursorOf(['2026-03-01T10:00:00.123Z', at.id])],
    ['a day that does not exist', cursorOf(['2026-13-41T10:00:00.123456Z', at.id])],
    ['the year 0, which PostgreSQL does not know', cursorOf(['0000-01-01T00:00:00.000000Z', at.id])],
    ['a moment before 1970', cursorOf(['0001-01-01T00:00:00.000000Z', at.id])],
    ['30 February', cursorOf(['2030-02-30T00:00:00.000000Z', at.id])],
    ['the hour 24', cursorOf(['2030-01-01T24:00:00.000000Z', at.id])],
    ['an id that is none', cursorOf([at.createdAt, "' OR 1=1"])],
    ['a megabyte', 'A'.repeat(1_000_000)],
  ])('is refused at /query/cursor when it is %s', (_, cursor) => {
    expect(() => decodeCursor(cursor)).toThrow(
      expect.objectContaining({ code: 'request-invalid', errors: [expect.objectContaining({ pointer: '/query/cursor' })] }),
    );
  });
});

describe('a cursor of a sorted list', () => {
  const title = { sort: '-title', value: 'björk', id: at.id };
  const refused = expect.objectContaining({ code: 'request-invalid', errors: [expect.objectContaining({ pointer: '/query/cursor' })] });

  it('comes back in a list of the same order', () => {
    expect(decodeSortedCursor(encodeSortedCursor(title), '-title', 'text')).toEqual(title);
    const last = { sort: 'bpm', value: null, id: at.id };
    expect(decodeSortedCursor(encodeSortedCursor(last), 'bpm', 'number')).toEqual(last);
  });

  it.each([
    ['another order', 'title', 'text', title],
    ['another type', '-title', 'number', title],
    ['a moment that does not exist', 'createdAt', 'timestamp', { sort: 'createdAt', value: '2030-02-30T00:00:00.000000Z', id: at.id }],
    ['text that cannot be stored', '-title', 'text', { ...title, value: '\0' }],
  ] as const)('is refused when it is of %s', (_, sort, type, position) => {
    expect(() => decodeSortedCursor(encodeSortedCursor(position), sort, type)).toThrow(refused);
  });
});
