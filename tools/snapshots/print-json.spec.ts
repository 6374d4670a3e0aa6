import { describe, expect, it } from '@jest/globals';
import { printJson } from './print-json.ts';

const long = 'x'.repeat(200);

describe('printJson', () => {
  it.each([[{ a: [1, { b: null }], c: long, d: { e: long, f: [long, long] } }], [[]], [{}], [[long, long, { a: true }]], ['text']])(
    'loses nothing',
    (value) => expect(JSON.parse(printJson(value))).toEqual(value),
  );
  it('prints on one line what fits there', () => expect(printJson({ a: [1, 2], b: {} })).toBe('{"a": [1, 2], "b": {}}'));
  it('prints each member on a line of its own where it does not', () =>
    expect(printJson({ a: long, b: [long], c: undefined })).toBe(`{\n "a": "${long}",\n "b": ["${long}"]\n}`));
});
