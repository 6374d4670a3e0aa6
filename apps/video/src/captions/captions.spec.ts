/** Caption files as people send them, and what becomes of them. */
import { describe, expect, it } from '@jest/globals';
import { decodeText } from '#contracts';
import { subRipText } from './cue-markup.ts';
import { toSubRip, toWebVtt } from './cues.ts';
import { cuesAtMost, faultsAtMost, parseCaptions } from './parse-captions.ts';

const bytes = (text: string, encoding: BufferEncoding = 'utf8') => Buffer.from(text, encoding);
const cueOf = (text: string) => parseCaptions(`WEBVTT\n\n00:01.000 --> 00:02.000\n${text}`).cues[0]?.text;

describe('the text of a caption file', () => {
  it.each([
    ['UTF-8', bytes('¿Qué? ñ'), 'utf-8'],
    ['UTF-8 with a byte order mark', bytes('\ufeff¿Qué? ñ'), 'utf-8'],
    ['UTF-8 with separate accents', bytes('¿Que\u0301? n\u0303'), 'utf-8'],
    ['UTF-16 with a byte order mark', bytes('\ufeff¿Qué? ñ', 'utf16le'), 'utf-16'],
    ['Windows-1252', bytes('¿Qué? ñ', 'latin1'), 'windows-1252'],
  ])('is read as %s', (_what, file, encoding) => expect(decodeText(file)).toEqual({ text: '¿Qué? ñ', encoding }));

  it.each([
    ['a picture', Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0x00, 0x10])],
    ['zeros', Buffer.alloc(8)],
    ['bytes that Windows-1252 does not have', Buffer.from([0x61, 0x81, 0x62])],
    ['half a UTF-16 character', Buffer.from([0xff, 0xfe, 0x61])],
  ])('is not found in %s', (_what, file) => expect(decodeText(file)).toBeNull());
});

describe('parseCaptions', () => {
  it('reads SubRip with all that is forgiven: no numbers, points for commas, CRLF, coordinates, a missing empty line', () => {
    const text = [
      ...['1', '00:00:01,000 --> 00:00:02,500', '- Hi!', '- <i>Hello</i>', ''],
      ...['00:00:03.5 --> 0:00:04.000 X1:10 X2:20', '{\\an8}<font color="red">Up</font>'],
      ...['3', '00:00:05,000 --> 00:00:06,000', 'Last'],
    ].join('\r\n');
    const { format, cues, faults, warnings } = parseCaptions(text);
    expect([format, faults, [...warnings]]).toEqual(['subrip', [], ['markup-removed']]);
    expect(cues).toEqual([
      { startMs: 1_000, endMs: 2_500, settings: '', text: '- Hi!\n- <i>Hello</i>' },
      { startMs: 3_500, endMs: 4_000, settings: '', text: 'Up' },
      { startMs: 5_000, endMs: 6_000, settings: '', text: 'Last' },
    ]);
  });

  it('reads WebVTT without its header, notes, styles and regions, and keeps settings that are valid', () => {
    const { format, cues, faults } = parseCaptions(
      'WEBVTT - a title\nKind: captions\n\nSTYLE\n::cue { color: red }\n\nREGION\nid:r\n\nNOTE a --x\n\n' +
        'intro\n00:01.000 --> 01:00:02.000 line:0 align:start region:r size:500% align:end javascript:x\n<v Ana>Hola</v>\n',
    );
    expect([format, faults]).toEqual(['webvtt', []]);
    expect(cues).toEqual([{ startMs: 1_000, endMs: 3_602_000, settings: 'line:0 align:end', text: '<v Ana>Hola</v>' }]);
  });

  it('says line by line what cannot be read', () => {
    const text =
      'WEBVTT\n\n00:01.000 --> 00:02.000\nfine\n\n00:05.000 --> 00:04.000\nback\n\n00:61.000 --> 01:02.000\nno\n\n00:07.000 -->\nno\n';
    expect(parseCaptions(text).faults).toEqual([
      { line: 6, detail: 'The cue ends before it begins.' },
      { line: 9, detail: '"00:61.000" is no time as 00:01:02.500.' },
      { line: 12, detail: '"" is no time as 00:01:02.500.' },
    ]);
  });

  it.each([
    ['', 1, /^The file has no cue/],
    ['WEBVTT', 1, /^The file has no cue. It begins as WebVTT/],
    ['<html><body>404</body></html>', 1, /^A cue has a line of times/],
    ['WEBVTT\n\n00:01.000 --> 00:02.000\n\n', 3, /^No cue has any text/],
  ])('refuses %j', (text, line, detail) => {
    expect(parseCaptions(text).faults).toEqual([{ line, detail: expect.stringMatching(detail) }]);
  });

  it('puts cues in the order of their times and leaves empty ones out, and warns of both', () => {
    const { cues, warnings } = parseCaptions(
      '00:00:05,000 --> 00:00:06,000\nb\n\n00:00:01,000 --> 00:00:02,000\na\n\n00:00:03,000 --> 00:00:04,000\n',
    );
    expect([cues.map(({ text }) => text), [...warnings]]).toEqual([
      ['a', 'b'],
      ['cues-empty', 'cues-reordered'],
    ]);
  });

  it('takes no more cues and lists no more faults than it says', () => {
    const cue = (at: number) => `00:00:00,000 --> 00:00:01,000\n${at}\n`;
    const many = Array.from({ length: cuesAtMost + 1 }, (_, at) => cue(at)).join('\n');
    expect(parseCaptions(many).faults).toEqual([{ line: 3 * cuesAtMost + 1, detail: `Captions have at most ${cuesAtMost} cues.` }]);
    expect(parseCaptions('x --> y\n\n'.repeat(100)).faults.length).toBe(faultsAtMost);
  });

  it('takes time in proportion to the file, whatever it holds', () => {
    for (const piece of ['<', '<b', '&', '{\\', '-->\n', '<b>', `<b${' '.repeat(4_990)}x\n`, '<b.c', '<b/ '])
      expect(parseCaptions(`WEBVTT\n\n00:01.000 --> 00:02.000\n${piece.repeat(1_000_000 / piece.length)}`).cues.length).toBeLessThanOrEqual(
        1,
      );
    expect(parseCaptions(`${'-->'.repeat(100_000)}\u00a0`).faults).toHaveLength(1);
    expect(parseCaptions(`00:01.000 -->${' '.repeat(100_000)}x`).faults).toHaveLength(1);
  });
});

describe('markup of a cue', () => {
  it.each([
    ['<b>a<i>b</b>c', '<b>a<i>b</i></b>c'],
    ['<script>alert(1)</script>', 'alert(1)'],
    ['<img src=x onerror=alert(1)>', undefined],
    ['<v Ana <b>x', '&lt;v Ana <b>x</b>'],
    ['<c.yellow.bg_blue>x</c>', '<c.yellow.bg_blue>x</c>'],
    ['R&D & <3 x --&gt; y', 'R&amp;D &amp; &lt;3 x --&gt; y'],
    ['a &#60;b&#62; &#0; &Eacute;', 'a &lt;b&gt;  &amp;Eacute;'],
    ['<00:01.500>word', '<00:01.500>word'],
    ['</i>x', 'x'],
    ['{\\an8}\na\n{\\an8}\nb', 'a\nb'],
  ])('%j becomes %j', (text, clean) => expect(cueOf(text)).toBe(clean));

  it('is in SubRip bold, italic and underlined only', () => {
    expect(subRipText('<v Ana><b>R&amp;D</b> <c.x>&lt;3</c></v>')).toBe('<b>R&D</b> <3');
    expect(subRipText('a\n<c></c>\n<c> </c>\n1 ---&gt; 2')).toBe('a\n1 -> 2');
  });
});

describe('what is written', () => {
  const { cues } = parseCaptions('WEBVTT\n\n00:01.000 --> 00:02.000 line:0\n<i>a</i> &amp; b\nc\n\n100:00:00.000 --> 100:00:01.000\nd\n');

  it('is WebVTT that tells HLS where its times begin, and is read as the same cues', () => {
    expect(toWebVtt(cues)).toBe(
      'WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:0,LOCAL:00:00:00.000\n\n' +
        '00:00:01.000 --> 00:00:02.000 line:0\n<i>a</i> &amp; b\nc\n\n100:00:00.000 --> 100:00:01.000\nd\n',
    );
    expect(parseCaptions(toWebVtt(cues)).cues).toEqual(cues);
  });

  it('is SubRip with numbers and CRLF', () => {
    expect(toSubRip(cues)).toBe(
      '1\r\n00:00:01,000 --> 00:00:02,000\r\n<i>a</i> & b\r\nc\r\n\r\n2\r\n100:00:00,000 --> 100:00:01,000\r\nd\r\n',
    );
  });
});
