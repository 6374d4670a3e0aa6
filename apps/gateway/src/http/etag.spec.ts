import { describe, expect, it } from '@jest/globals';
import { etagMatches, etagOfDigest, ifMatchHolds, ifRangeHolds, resourceEtag, revisionIn, strongEtag } from './etag.ts';

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

describe('the tag of a resource', () => {
  const tag = resourceEtag(3, '{"title":"Golden hour"}');
  const coded = (coding: string) => tag.replace(/"$/, `-${coding}"`);

  it('is its revision and the hash of its bytes', () => expect(tag).toBe(`"3.${strongEtag('{"title":"Golden hour"}').slice(1)}`));

  it.each(['br', 'gzip', 'zstd'])('is found in If-None-Match whatever coding the copy came in: %s', (coding) => {
    expect(etagMatches(coded(coding), tag)).toBe(true);
    expect(revisionIn(coded(coding))).toBe(3);
  });

  it('is another one when only the bytes have changed, although the revision is the same', () => {
    const later = resourceEtag(3, '{"title":"Golden hour","bpm":120}');
    expect(etagMatches(tag, later)).toBe(false);
    expect(revisionIn(later)).toBe(revisionIn(tag));
  });

  it.each([
    ['"3.abc"', 3],
    ['"2.abc", "4.abc-gzip"', 4],
    ['"other", "2.abc"', 2],
    [' * ', undefined],
  ])('If-Match %s asks for revision %s', (header, revision) => expect(revisionIn(header)).toBe(revision));

  it.each(['', '"abc"', '3.abc', 'W/"3.abc"', '"0.abc"', '"3"', '"99999999999.abc"', '"9999999999.abc"'])(
    'If-Match %j is not one of ours',
    (header) => expect(() => revisionIn(header)).toThrow(expect.objectContaining({ code: 'precondition-failed' })),
  );
});
