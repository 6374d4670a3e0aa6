import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Failure } from '#contracts';
import { apev2Tag, id3v1Tag, id3v2Tag, mp4Box } from '#testing';
import { containers } from './detect-container.ts';
import { inMemory } from './random-access.ts';
import { recognizeContainer } from './recognize-container.ts';

fc.configureGlobal({ seed: 7 }); // reproducible failures

/** The beginnings of all containers, and parts that may follow in any order and with wrong sizes. */
const openings = [
  ...[
    'RIFF\xff\0\0\0WAVE',
    'RF64\xff\xff\xff\xffWAVEds64',
    'FORM\0\0\x10\0AIFF',
    '.snd\0\0\0\x18',
    'caff\0\x01\0\0',
    'fLaC\0\0\0\x22',
    'OggS\0\x02',
  ],
  ...[
    '\x1a\x45\xdf\xa3\x84',
    'riff\x2e\x91\xcf\x11\xa5\xd6\x28\xdb\x04\xc1\0\0',
    '\0\0\0\x10ftypM4A ',
    '\xff\xfb\x90\x64',
    '\xff\xf1\x50\x80',
  ],
].map((text) => Buffer.from(text, 'latin1'));
const parts = [
  ...[
    'data\xff\xff\0\0',
    'SSND\0\0\0\0',
    '\x18\x53\x80\x67\x01\xff\xff\xff\xff\xff\xff\xff',
    '\x1f\x43\xb6\x75\xff',
    '\xff\xf8\x69\x18\0\0\xc2',
  ].map((text) => Buffer.from(text, 'latin1')),
  ...[
    mp4Box('moov', mp4Box('trak', mp4Box('dref', 'xxxx'))),
    mp4Box('mdat', 'x'),
    id3v2Tag(20),
    id3v1Tag(),
    apev2Tag(),
    Buffer.from('Xing\0\0\0\x0f'),
    Buffer.alloc(40),
  ],
];

const pieces = fc.oneof(fc.constantFrom(...parts), fc.uint8Array({ maxLength: 60 }));
const files = fc
  .tuple(fc.constantFrom(...openings, id3v2Tag(30), Buffer.alloc(0)), fc.array(pieces, { maxLength: 12 }), fc.nat(400))
  .map(([opening, rest, cutBytes]) => {
    const bytes = Buffer.concat([opening, ...rest]);
    return bytes.subarray(0, Math.max(1, bytes.length - cutBytes));
  });

describe('recognizeContainer', () => {
  it('accepts or refuses any bytes with a known code', async () => {
    const judge = async (bytes: Buffer) => {
      const verdict = await recognizeContainer(inMemory(bytes)).then(
        ({ container }) => container,
        (failure: unknown) => {
          if (!(failure instanceof Failure)) throw failure;
          return failure.code;
        },
      );
      expect([...containers, 'media-empty', 'media-not-audio', 'media-truncated', 'media-undecodable', 'media-unsafe']).toContain(verdict);
    };
    await fc.assert(fc.asyncProperty(files, judge), { numRuns: 2_000 });
  });

  it.each([
    [
      'nothing but a hundred and fifty thousand boxes',
      () => Buffer.concat([mp4Box('ftyp', 'M4A '), mp4Box('moov', Buffer.concat(Array.from({ length: 150_000 }, () => mp4Box('free'))))]),
      'media-undecodable',
    ],
    ['nothing but sync bytes', () => Buffer.alloc(2_000_000, 0xff), 'media-not-audio'],
  ])('refuses %s in bounded time', async (_, make, code) => {
    await expect(recognizeContainer(inMemory(make()))).rejects.toMatchObject({ code });
  });

  it.each([
    ['page marks', () => Buffer.alloc(400_000, 'OggS\0\0'), 'its last pages are missing'],
    [
      'frame marks',
      () =>
        Buffer.concat([Buffer.from('fLaC\x80\0\0\0', 'latin1'), Buffer.alloc(2_000_000, Buffer.from([0xff, 0xf8, 0x69, 0x18, 0, 0x8c]))]),
      'its last frame is cut',
    ],
  ])('says in bounded time what is missing from nothing but %s', async (_, make, missing) => {
    expect(await recognizeContainer(inMemory(make()))).toMatchObject({ missing });
  });
});
