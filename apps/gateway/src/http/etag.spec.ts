import { describe, expect, it } from '@jest/globals';
import { etagMatches, strongEtag } from './etag.ts';

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
