import { describe, expect, it } from '@jest/globals';
import { chooseCoding, codedTag, identityTag, isCompressible } from './content-coding.ts';
import { etagMatches, ifMatchHolds } from './etag.ts';

describe('chooseCoding', () => {
  it.each([
    [undefined, undefined],
    ['', undefined],
    ['identity', undefined],
    ['deflate', undefined],
    ['gzip', 'gzip'],
    ['x-gzip', 'gzip'],
    ['gzip, deflate, br', 'br'],
    ['gzip, deflate, br, zstd', 'zstd'],
    ['GZIP;Q=0.5, br;q=0.4', 'gzip'],
    ['br;q=0, gzip', 'gzip'],
    ['gzip;q=0', undefined],
    ['*', 'zstd'],
    ['*;q=0', undefined],
    ['zstd;q=0, *', 'br'],
    ['identity, gzip;q=0.5', undefined],
    ['gzip;q=nonsense', undefined],
  ])('for %s chooses %s', (header, coding) => expect(chooseCoding(header)).toBe(coding));
});

describe('the tag of a coded answer', () => {
  it('is the tag of the content and the coding', () => {
    expect(codedTag('"abc"', 'br')).toBe('"abc-br"');
    expect(codedTag('"abc"', undefined)).toBe('"abc"');
    expect(identityTag('"abc-zstd"')).toBe('"abc"');
    expect(identityTag('"abc"')).toBe('"abc"');
  });
  it.each(['"abc"', '"abc-br"', '"abc-gzip"', '"abc-zstd"', '"x", "abc-br"'])('%s is current, and may be changed', (sent) => {
    expect(etagMatches(sent, '"abc"')).toBe(true);
    expect(ifMatchHolds(sent, '"abc"')).toBe(true);
  });
  it.each(['"abd"', '"abc-deflate"', '"abc-br-br"'])('%s is not', (sent) => {
    expect(etagMatches(sent, '"abc"')).toBe(false);
    expect(ifMatchHolds(sent, '"abc"')).toBe(false);
  });
});

describe('isCompressible', () => {
  it.each([
    'application/json; charset=utf-8',
    'application/problem+json',
    'image/svg+xml',
    'application/x-ndjson',
    'text/plain; version=0.0.4',
  ])('takes %s', (type) => expect(isCompressible(type)).toBe(true));
  it.each(['text/event-stream', 'image/png', 'audio/mpeg', 'application/octet-stream', 'text/html', undefined])('leaves %s', (type) =>
    expect(isCompressible(type)).toBe(false),
  );
});
