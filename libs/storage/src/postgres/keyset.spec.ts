import { describe, expect, it } from '@jest/globals';
import { encodeCursor } from '#contracts';
import { toPage } from './keyset.ts';

const at = { createdAt: '2026-03-01T10:00:00.123456Z', id: '0d8f1c3e-8a54-4a53-9d0e-0c64bd0ad0a1' };

describe('toPage', () => {
  it('returns at most the limit and a cursor of the last item', () => {
    const page = toPage([1, 2, 3], 2, () => at);
    expect(page).toEqual({ items: [1, 2], nextCursor: encodeCursor(at) });
  });
  it.each([[[]], [[1]], [[1, 2]]])('returns no cursor when the rows are %j', (rows) => {
    expect(toPage(rows, 2, () => at)).toEqual({ items: rows, nextCursor: null });
  });
});
