import { describe, expect, it } from '@jest/globals';
import { malformedJson } from './json-body.ts';

describe('a body that is not JSON', () => {
  it.each([
    ['{"a":1,}', 'unexpected character at line 1, column 8'],
    ["{'a':1}", 'unexpected character at line 1, column 2'],
    ['[1,2]]', 'unexpected character at line 1, column 6'],
    ['{\n  "a": 1,\r\n  b: 2\n}', 'unexpected character at line 3, column 3'],
    ['{"email":', 'it ends too early'],
    ['"abc', 'it ends too early'],
  ])('%s is told where: %s', (text, place) =>
    expect(malformedJson(text)).toMatchObject({ code: 'request-malformed', message: `The body is not valid JSON: ${place}.` }),
  );
  it('is not quoted in the answer', () => expect(malformedJson('{"password":"hunter2" x}').message).not.toContain('hunter2'));
  it('or reaches into a prototype, is told so', () => expect(malformedJson('{"__proto__":{}}').message).toContain('__proto__'));
});
