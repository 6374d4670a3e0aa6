import { describe, expect, it } from '@jest/globals';
import { checkFileName, sanitizeFileName } from './file-name.ts';

describe('checkFileName', () => {
  it.each(['song.mp3', '🎧 ñandú.flac', 'a..b.wav', '.hidden', '日本語.ogg'])('has nothing against %s', (name) => {
    expect(checkFileName(name)).toEqual([]);
  });

  it.each(['../../etc/passwd', '..\\x.mp3', '/abs.mp3', 'a\0.mp3', '..', '.'])('refuses %j', (name) => {
    expect(checkFileName(name)).toEqual([{ pointer: '/body/file', code: 'invalid_file_name', detail: expect.any(String) }]);
  });
});

describe('sanitizeFileName', () => {
  it.each([
    ['song.mp3', 'song.mp3'],
    ['🎧👩‍👩‍👧 canción.mp3', '🎧👩‍👩‍👧 canción.mp3'],
    ['../../etc/passwd', 'passwd'],
    ['C:\\music\\a.wav', 'a.wav'],
    ['a\0b\r\nc.mp3', 'ab c.mp3'],
    ['exe\u202e3pm.txt', 'exe3pm.txt'],
    ['-rf.mp3', 'rf.mp3'],
    ['...mp3', 'mp3'],
    ['CON.mp3', '_CON.mp3'],
    ['lpt1', '_lpt1'],
    ['what?*<>|.mp3', 'what_____.mp3'],
    ['trailing. ', 'trailing'],
    ['e\u0301.mp3', 'é.mp3'],
    ['\ud800.mp3', '\ufffd.mp3'],
    ['', 'untitled'],
    ['../', 'untitled'],
    ['\0\u202e', 'untitled'],
  ])('%j becomes %j', (name, expected) => expect(sanitizeFileName(name)).toBe(expected));

  it('cuts a long name between two emoji and keeps its ending', () => {
    const name = sanitizeFileName(`${'👩‍👩‍👧'.repeat(50)}.mp3`);
    expect(Buffer.byteLength(name)).toBeLessThanOrEqual(255);
    expect(name).toMatch(/^(?:👩‍👩‍👧)+\.mp3$/u);
  });

  it('is done in a moment with a name of a megabyte', () => {
    expect(Buffer.byteLength(sanitizeFileName('é'.repeat(1 << 20)))).toBe(254);
  });
});
