import { describe, expect, it } from '@jest/globals';
import { id3v1Tag, id3v2Tag, mp4Box, oggPage } from '#testing';
import { ParsingBudget, type ParsingUnit, parsingLimits } from './parsing-budget.ts';
import { inMemory } from './random-access.ts';
import { recognizeContainer } from './recognize-container.ts';

const many = (count: number, part: Buffer) => Buffer.alloc(count * part.length, part);
const latin1 = (text: string) => Buffer.from(text, 'latin1');
const riffChunk = latin1('junk\0\0\0\0');
const wave = Buffer.concat([latin1('RIFF\xff\xff\xff\xffWAVE'), many(1_000_000, riffChunk)]);
const aiff = Buffer.concat([latin1('FORM\xff\xff\xff\xffAIFF'), many(1_000_000, riffChunk)]);
/** Segment of unknown size with elements of two bytes (Void of size 0). */
const matroska = Buffer.concat([
  latin1('\x1a\x45\xdf\xa3\x80\x18\x53\x80\x67\x01\xff\xff\xff\xff\xff\xff\xff'),
  many(2_000_000, latin1('\xec\x80')),
]);
const wavPackBlock = Buffer.concat([latin1('wvpk\x18\0\0\0\x10\x04'), Buffer.alloc(22)]);
/** At 245 Hz a frame has 256 samples. */
const ttaHeader = (frames: number) => {
  const header = Buffer.alloc(22, 'TTA1');
  header.writeUInt32LE(245, 10);
  header.writeUInt32LE(256 * frames, 14);
  return header;
};
const asf = (() => {
  const objects = many(1_000_000, Buffer.concat([Buffer.alloc(16), Buffer.from([24, 0, 0, 0, 0, 0, 0, 0])]));
  const size = Buffer.alloc(14);
  size.writeBigUInt64LE(BigInt(30 + objects.length));
  return Buffer.concat([latin1('\x30\x26\xb2\x75\x8e\x66\xcf\x11\xa6\xd9\x00\xaa\x00\x62\xce\x6c'), size, objects]);
})();
const oneByte = oggPage({ serial: 7, body: Buffer.from([0xfc]) });
const hostile: readonly (readonly [string, ParsingUnit, () => Buffer])[] = [
  ['a million Ogg pages of one byte', 'oggPages', () => many(1_000_000, oneByte)],
  ['a million empty boxes', 'mp4Boxes', () => Buffer.concat([mp4Box('ftyp', 'M4A '), many(1_000_000, mp4Box('free'))])],
  [
    'a table of contents of a million boxes',
    'mp4Boxes',
    () => Buffer.concat([mp4Box('ftyp', 'M4A '), mp4Box('moov', many(1_000_000, mp4Box('free')))]),
  ],
  ['a million empty RIFF chunks', 'chunks', () => wave],
  ['a million empty AIFF chunks', 'chunks', () => aiff],
  ['two million Matroska elements', 'matroskaElements', () => matroska],
  ['a million FLAC metadata blocks', 'flacBlocks', () => Buffer.concat([latin1('fLaC'), many(1_000_000, Buffer.from([1, 0, 0, 0]))])],
  ['a million WavPack blocks without samples', 'wavPackBlocks', () => many(1_000_000, wavPackBlock)],
  ['a million frames of True Audio', 'ttaFrames', () => Buffer.concat([ttaHeader(1_000_000), Buffer.alloc(5_000_000)])],
  ['a million empty ASF objects', 'asfObjects', () => asf],
  ['a thousand tags before the sound', 'tags', () => many(1_000, id3v2Tag(0))],
  ['a thousand tags behind the sound', 'tags', () => Buffer.concat([latin1('fLaC'), many(1_000, id3v1Tag())])],
];

describe('the parsing budget', () => {
  it.each(hostile)('refuses %s after a bounded number of steps', async (_, unit, make) => {
    const budget = new ParsingBudget();
    const verdict = await recognizeContainer(inMemory(make()), {}, budget).catch((failure: unknown) => failure);
    expect(verdict).toMatchObject({ code: 'media-undecodable', message: expect.stringContaining(parsingLimits[unit].name) });
    expect(budget.steps).toBeLessThanOrEqual(parsingLimits[unit].base * 4);
  });

  it('tries a bounded number of frame headers in a file of sync bytes', async () => {
    const budget = new ParsingBudget();
    await expect(recognizeContainer(inMemory(Buffer.alloc(2_000_000, 0xff)), {}, budget)).rejects.toMatchObject({
      code: 'media-not-audio',
    });
    expect(budget.steps).toBeLessThanOrEqual(parsingLimits.frames.max);
  });

  it('lets the number of pages grow with the bytes in them', () => {
    const budget = new ParsingBudget();
    const pages = 1_080_000; // six hours of 20 ms pages
    expect(() => {
      for (let page = 0; page < pages; page++) budget.spend('oggPages', page * 60);
    }).not.toThrow();
  });
});
