import { describe, expect, it } from '@jest/globals';
import { decodeCursor, encodeCursor, toPage } from './cursor.ts';

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
    ['an id that is none', cursorOf([at.createdAt, "' OR 1=1"])],
    ['a megabyte', 'A'.repeat(1_000_000)],
  ])('is refused at /query/cursor when it is %s', (_, cursor) => {
    expect(() => decodeCursor(cursor)).toThrow(
      expect.objectContaining({ code: 'request-invalid', errors: [expect.objectContaining({ pointer: '/query/cursor' })] }),
    );
  });
});

describe('toPage', () => {
  it('shows no more than the limit and points at the last row shown', () => {
    const page = toPage([1, 2, 3], 2, () => at);
    expect(page).toEqual({ items: [1, 2], nextCursor: encodeCursor(at) });
  });
  it.each([[[]], [[1]], [[1, 2]]])('knows that %j is all there is', (rows) => {
    expect(toPage(rows, 2, () => at)).toEqual({ items: rows, nextCursor: null });
  });
});
