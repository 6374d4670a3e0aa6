import { describe, expect, it } from '@jest/globals';
import { etagMatches, etagOfDigest, ifMatchHolds, ifRangeHolds, strongEtag } from './etag.ts';

describe('strongEtag', () => {
  it('is the same for the same bytes and another for others', () => {
    expect(strongEtag('{"a":1}')).toBe(strongEtag(Buffer.from('{"a":1}')));
    expect(strongEtag('{"a":1}')).not.toBe(strongEtag('{"a":2}'));
  });
});

describe('etagMatches', () => {
  it.each(['"a"', 'W/"a"', '"b", "a"', '*'])('finds "a" in %s', (header) => expect(etagMatches(header, '"a"')).toBe(true));
  it.each([undefined, '', '"b"', 'a', '"A"'])('does not find "a" in %s', (header) => expect(etagMatches(header, '"a"')).toBe(false));
});

const tag = etagOfDigest('abc');

describe('the tag of a digest', () => {
  it('is the digest in quotes', () => expect(tag).toBe('"abc"'));

  it.each(['"abc"', 'W/"abc"', '"x", "abc"', '"x","abc" ', '*'])('If-None-Match %s finds the copy still good', (header) =>
    expect(etagMatches(header, tag)).toBe(true),
  );
  it.each([undefined, '', '"abd"', 'abc', '"x, abc"'])('If-None-Match %j does not', (header) =>
    expect(etagMatches(header, tag)).toBe(false),
  );

  it.each([undefined, '*', '"abc"', '"x", "abc"'])('If-Match %j holds', (header) => expect(ifMatchHolds(header, tag)).toBe(true));
  it.each(['', 'W/"abc"', '"x"'])('If-Match %j fails, for weak tags are never strongly equal', (header) =>
    expect(ifMatchHolds(header, tag)).toBe(false),
  );

  it.each([undefined, '"abc"'])('If-Range %j allows a part', (header) => expect(ifRangeHolds(header, tag)).toBe(true));
  it.each(['"x"', 'W/"abc"', 'Sat, 29 Oct 1994 19:43:31 GMT'])('If-Range %j asks for the whole file', (header) =>
    expect(ifRangeHolds(header, tag)).toBe(false),
  );
});
