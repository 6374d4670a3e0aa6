import { describe, expect, it } from '@jest/globals';
import { Failure } from '#contracts';
import { checkFileName } from './file-name.ts';

const refusal = (name: string) => {
  try {
    return checkFileName(name);
  } catch (error) {
    return Failure.from(error);
  }
};

describe('checkFileName', () => {
  it.each(['track.mp3', 'no extension', '..hidden..wav', 'ñandú – 夜.flac', '🎧🔥.ogg', '100%.wav', '"quoted".wav'])(
    'takes %j as it is',
    (name) => {
      expect(checkFileName(name)).toBe(name);
    },
  );

  it('gives the composed form of a decomposed name', () => expect(checkFileName('Ra\u0301faga.wav')).toBe('R\u00e1faga.wav'));

  it.each([
    ['a path upwards', '../../etc/passwd'],
    ['a Windows path', '..\\boot.ini'],
    ['an absolute path', '/etc/passwd'],
    ['the folder itself', '.'],
    ['the folder above', '..'],
    ['a NUL', 'a.mp3\0.exe'],
    ['a line break', 'a\r\nSet-Cookie: x.mp3'],
    ['half a surrogate pair', 'a\ud83d.mp3'],
    ['an end that reads backwards', 'song\u202egnp.exe'],
    ['an isolate that is never closed', '\u2066a.mp3'],
    ['nothing', ''],
    ['nothing but spaces', ' \u00a0 '],
    ['256 characters', 'x'.repeat(256)],
  ])('refuses %s and points at the file', (_what, name) => {
    expect(refusal(name)).toMatchObject({ code: 'request-invalid', errors: [{ pointer: '/body/file', code: 'file-name' }] });
  });
});
