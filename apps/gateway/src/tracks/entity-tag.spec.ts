import { describe, expect, it } from '@jest/globals';
import { entityTag, ifRangeHolds, matchHolds, noneMatchHolds } from './entity-tag.ts';

const tag = entityTag('abc');

describe('entity tags', () => {
  it('are a digest in quotes, or the digest of the bytes', () => {
    expect(tag).toBe('"abc"');
    expect(entityTag(Buffer.from('one'))).toMatch(/^"[\w-]{43}"$/);
    expect(entityTag(Buffer.from('one'))).not.toBe(entityTag(Buffer.from('two')));
  });

  it.each(['"abc"', 'W/"abc"', '"x", "abc"', '"x","abc" ', '*'])('If-None-Match %s finds the copy still good', (header) =>
    expect(noneMatchHolds(header, tag)).toBe(true),
  );
  it.each([undefined, '', '"abd"', 'abc', '"x, abc"'])('If-None-Match %j does not', (header) =>
    expect(noneMatchHolds(header, tag)).toBe(false),
  );

  it.each([undefined, '*', '"abc"', '"x", "abc"'])('If-Match %j holds', (header) => expect(matchHolds(header, tag)).toBe(true));
  it.each(['', 'W/"abc"', '"x"'])('If-Match %j fails, for weak tags are never strongly equal', (header) =>
    expect(matchHolds(header, tag)).toBe(false),
  );

  it.each([undefined, '"abc"'])('If-Range %j allows a part', (header) => expect(ifRangeHolds(header, tag)).toBe(true));
  it.each(['"x"', 'W/"abc"', 'Sat, 29 Oct 1994 19:43:31 GMT'])('If-Range %j asks for the whole file', (header) =>
    expect(ifRangeHolds(header, tag)).toBe(false),
  );
});
