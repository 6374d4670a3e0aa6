import { describe, expect, it } from '@jest/globals';
import { stemOf, titleOf } from './media-intake.ts';

describe('the name of a file without its extension', () => {
  it.each([
    ['holiday.mp4', 'holiday'],
    ['a.b.flac', 'a.b'],
    ['.hidden', '.hidden'],
    ['no extension', 'no extension'],
    [`${'x'.repeat(199)}😀.mp4`, `${'x'.repeat(199)}\ufffd`],
  ])('of %j is %j, at most 200 characters and well-formed', (fileName, stem) => expect(stemOf(fileName)).toBe(stem));

  it('is the title where there is no other', () =>
    expect(titleOf({ fileName: 'holiday.mp4', title: undefined }, undefined)).toBe('holiday'));
});
