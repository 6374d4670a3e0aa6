import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { attachment } from './content-disposition.ts';

fc.configureGlobal({ seed: 7 }); // what one run finds, the next finds too

describe('attachment', () => {
  it('needs no extended name for plain ASCII', () => expect(attachment('my song.mp3')).toBe('attachment; filename="my song.mp3"'));

  it('carries other scripts and emoji in the extended name', () =>
    expect(attachment('Ráfaga 🎧.wav')).toBe(`attachment; filename="R_faga _.wav"; filename*=UTF-8''R%C3%A1faga%20%F0%9F%8E%A7.wav`));

  it('lets no quote, backslash or percent sign into the plain name', () =>
    expect(attachment('a"b\\c%20.wav')).toBe(`attachment; filename="a_b_c_20.wav"; filename*=UTF-8''a%22b%5Cc%2520.wav`));

  it('encodes what encodeURIComponent leaves alone', () => expect(attachment("é'(*)")).toContain("UTF-8''%C3%A9%27%28%2A%29"));

  it('is one safe header value for any name', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (name) => {
        expect(attachment(name)).toMatch(/^attachment; filename="[\x20\x21\x23-\x5b\x5d-\x7e]*"(; filename\*=UTF-8''[A-Za-z0-9!%.~_-]+)?$/);
      }),
    );
  });
});
