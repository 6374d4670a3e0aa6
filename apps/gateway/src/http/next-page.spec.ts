import { describe, expect, it } from '@jest/globals';
import { longestLinkBytes, nextPageLink } from './next-page.ts';

describe('the link to the next page', () => {
  it.each([
    ['/v1/tracks', '/v1/tracks?cursor=abc'],
    ['/v1/tracks?limit=5', '/v1/tracks?limit=5&cursor=abc'],
    ['/v1/tracks?cursor=old&limit=5', '/v1/tracks?limit=5&cursor=abc'],
    ['/v1/tracks?tag=live&tag=a%20b&metadata%5Bproject%5D=x', '/v1/tracks?tag=live&tag=a%20b&metadata%5Bproject%5D=x&cursor=abc'],
    ['/v1/tracks?q=<">', '/v1/tracks?q=%3C%22%3E&cursor=abc'],
  ])('of %s keeps all other parameters: %s', (url, next) => expect(nextPageLink(url, 'abc')).toBe(`<${next}>; rel="next"`));

  it('is left out where the query would make it longer than a proxy passes on', () => {
    const withQuery = (bytes: number) => nextPageLink(`/v1/tracks?externalId=${'x'.repeat(bytes)}`, 'abc');
    const overhead = withQuery(1)!.length - 1;
    expect(withQuery(longestLinkBytes - overhead)).toHaveLength(longestLinkBytes);
    expect(withQuery(longestLinkBytes - overhead + 1)).toBeUndefined();
    expect(nextPageLink(`/v1/tracks?q=${'<'.repeat(longestLinkBytes / 2)}`, 'abc')).toBeUndefined();
  });
});
