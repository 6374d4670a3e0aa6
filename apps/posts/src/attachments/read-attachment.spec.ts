import { execFileSync } from 'node:child_process';
import { describe, expect, it } from '@jest/globals';
import { testFfmpeg } from '#testing';
import { readAttachment } from './read-attachment.ts';

/** A picture that ffmpeg writes. */
const pictureOf = (codec: string, size: string): Buffer =>
  execFileSync(testFfmpeg(), [
    '-v',
    'error',
    '-f',
    'lavfi',
    '-i',
    `testsrc=size=${size}`,
    '-frames:v',
    '1',
    '-c:v',
    codec,
    '-f',
    codec === 'gif' ? 'gif' : 'image2pipe',
    '-',
  ]);
const pdf = Buffer.from('%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n');
const pictures = [
  ['image/png', pictureOf('png', '64x48')],
  ['image/jpeg', pictureOf('mjpeg', '66x50')],
  ['image/gif', pictureOf('gif', '70x20')],
] as const;

describe('an attachment', () => {
  it('is known by its bytes, with the size of a picture', () => {
    expect(pictures.map(([, bytes]) => readAttachment(bytes))).toEqual([
      { contentType: 'image/png', widthPx: 64, heightPx: 48 },
      { contentType: 'image/jpeg', widthPx: 66, heightPx: 50 },
      { contentType: 'image/gif', widthPx: 70, heightPx: 20 },
    ]);
    expect(readAttachment(pdf)).toEqual({ contentType: 'application/pdf', widthPx: null, heightPx: null });
  });

  it.each(['image/png', 'image/jpeg'] as const)('that is cut off is none: %s', (type) => {
    const bytes = pictures.find(([name]) => name === type)![1];
    for (const length of [0, 3, 12, 30, Math.floor(bytes.length / 2), bytes.length - 13]) {
      const part = bytes.subarray(0, length);
      expect([length, readAttachment(part)]).toEqual([length, undefined]);
    }
  });

  it('never fails and never takes long, whatever the bytes', () => {
    const heads = [...pictures.map(([, bytes]) => bytes.subarray(0, 24)), Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 0]), pdf.subarray(0, 8)];
    for (const head of heads) for (const fill of [0x00, 0xff, 0x41]) readAttachment(Buffer.concat([head, Buffer.alloc(2 ** 20, fill)]));
    for (const [, bytes] of pictures)
      for (let at = 0; at < 200; at++) readAttachment(Buffer.from(bytes.map((byte, index) => (index === at ? byte ^ 0xff : byte))));
  });

  it.each([
    ['a program', Buffer.from('MZ\x90')],
    ['a web page', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>')],
    ['a document without an end', pdf.subarray(0, 40)],
    ['a picture without an area', Buffer.from('R0lGODlhAAABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64')],
  ])('is not %s', (_, bytes) => expect(readAttachment(bytes)).toBeUndefined());
});
