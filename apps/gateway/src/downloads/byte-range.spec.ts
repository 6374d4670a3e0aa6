import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { contentRange, readByteRange, unsatisfiedRange } from './byte-range.ts';

fc.configureGlobal({ seed: 7 }); // what one run finds, the next finds too

describe('readByteRange', () => {
  it.each([
    ['bytes=0-0', { start: 0, end: 0 }],
    ['Bytes=0-0', { start: 0, end: 0 }],
    ['bytes=0-499', { start: 0, end: 499 }],
    ['bytes=500-', { start: 500, end: 999 }],
    ['bytes=-500', { start: 500, end: 999 }],
    ['bytes=-5000', { start: 0, end: 999 }],
    ['bytes=990-2000', { start: 990, end: 999 }],
    ['bytes= 10-20', { start: 10, end: 20 }],
    ['bytes=0-99999999999999999999999', { start: 0, end: 999 }],
  ])('reads %s of 1000 bytes', (header, range) => expect(readByteRange(header, 1000)).toEqual(range));

  it.each([
    undefined,
    '',
    'bytes',
    'bytes=',
    'bytes=-',
    'bytes=a-b',
    'bytes=5-2',
    'items=0-5',
    'bytes=0-1,5-6',
    'bytes=1.5-2',
    'bytes=--1',
  ])('gives the whole file for %j', (header) => expect(readByteRange(header, 1000)).toBe('whole'));

  it.each(['bytes=1000-', 'bytes=1000-1001', 'bytes=-0', 'bytes=99999999999999999999999-'])('finds %s beyond 1000 bytes', (header) =>
    expect(readByteRange(header, 1000)).toBe('unsatisfiable'),
  );

  it('finds every range of an empty file beyond it', () => {
    expect(readByteRange('bytes=0-', 0)).toBe('unsatisfiable');
    expect(readByteRange('bytes=-1', 0)).toBe('unsatisfiable');
  });

  it('never reaches outside the file, whatever is asked', () => {
    fc.assert(
      fc.property(fc.nat(), fc.option(fc.nat()), fc.integer({ min: 1, max: 1_000_000 }), (first, last, sizeBytes) => {
        const range = readByteRange(`bytes=${first}-${last ?? ''}`, sizeBytes);
        if (typeof range === 'string') return;
        expect(range.start).toBeLessThanOrEqual(range.end);
        expect(range.end).toBeLessThan(sizeBytes);
        expect(range.start).toBe(first);
      }),
    );
  });
});

it('writes Content-Range for a part and for none', () => {
  expect(contentRange({ start: 0, end: 9 }, 100)).toBe('bytes 0-9/100');
  expect(unsatisfiedRange(100)).toBe('bytes */100');
});
