import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { apev2Tag, id3v1Tag, id3v2Tag, type MediaCorpus, makeSoundFiles, mp4Box, type SoundName, soundNames } from '#testing';
import { inMemory } from '../random-access.ts';
import { recognizeContainer } from '../recognize-container.ts';

let sounds: MediaCorpus;
beforeAll(async () => {
  sounds = await makeSoundFiles();
});
afterAll(() => sounds.remove());

const verdict = (bytes: Buffer) =>
  recognizeContainer(inMemory(bytes)).then(
    ({ container, missing }) => (missing === undefined ? container : 'media-truncated'),
    (failure: unknown) => {
      const { code } = failure as { code?: string };
      if (code === undefined) throw failure;
      return code;
    },
  );

const patched = async (name: SoundName, patch: (bytes: Buffer) => void) => {
  const bytes = await sounds.bytes(name);
  patch(bytes);
  return bytes;
};

/** Formats without a declared length: only a file without one whole frame is refused, because recordings of live streams end inside a frame. */
const endless: readonly SoundName[] = ['without-note.mp3', 'layer-two.mp2', 'adts.aac', 'dolby.ac3', 'dolby.eac3'];
const finite = soundNames.filter((name) => !endless.includes(name));

describe('a whole file', () => {
  it.each(soundNames)('%s is accepted', async (name) => {
    expect(await verdict(await sounds.bytes(name))).not.toMatch(/media-/);
  });

  it.each(['constant.mp3', 'variable.mp3', 'without-note.mp3', 'adts.aac', 'plain.flac', 'plain.wav'] as const)(
    '%s is accepted with tags before and behind it',
    async (name) => {
      const bytes = await sounds.bytes(name);
      const container = await verdict(bytes);
      for (const tails of [[id3v1Tag()], [apev2Tag()], [apev2Tag(), id3v1Tag()]]) {
        expect(await verdict(Buffer.concat([bytes, ...tails]))).toBe(container);
        expect(await verdict(Buffer.concat([id3v2Tag(), bytes, ...tails]))).toBe(container);
      }
    },
  );

  it.each(['plain.flac', 'constant.mp3'] as const)('%s is accepted with zeros behind it', async (name) => {
    expect(await verdict(Buffer.concat([await sounds.bytes(name), Buffer.alloc(1_000)]))).not.toMatch(/media-/);
  });

  it('is accepted with a tag behind a movie', async () => {
    expect(await verdict(Buffer.concat([await sounds.bytes('aac.m4a'), id3v1Tag()]))).toBe('mp4');
  });
});

describe('a truncated file', () => {
  it.each(finite.flatMap((name) => [0.25, 0.5, 0.9, 0.99].map((part) => [name, part] as const)))(
    '%s at %d is truncated',
    async (name, part) => {
      const bytes = await sounds.bytes(name);
      expect(await verdict(bytes.subarray(0, Math.floor(bytes.length * part)))).toBe('media-truncated');
    },
  );

  it.each(finite)('%s by its last byte is truncated', async (name) => {
    expect(await verdict((await sounds.bytes(name)).subarray(0, -1))).toBe('media-truncated');
  });

  it('is truncated inside its first tag', async () => {
    expect(await verdict(id3v2Tag(5_000).subarray(0, 2_000))).toBe('media-truncated');
  });

  it('is truncated when an Ogg stream ends between two pages', async () => {
    const bytes = await sounds.bytes('vorbis.ogg');
    expect(await verdict(bytes.subarray(0, bytes.lastIndexOf('OggS')))).toBe('media-truncated');
  });

  it('is truncated when audio is missing before the tag at its end', async () => {
    const bytes = await sounds.bytes('constant.mp3');
    expect(await verdict(Buffer.concat([bytes.subarray(0, bytes.length / 2), id3v1Tag()]))).toBe('media-truncated');
  });

  it('is truncated when a FLAC stream ends between two frames, or declares more samples', async () => {
    const bytes = await sounds.bytes('plain.flac');
    const declaring = (samples: number) => patched('plain.flac', (flac) => flac.writeUInt32BE(samples, 22));
    const samples = bytes.readUInt32BE(22);
    const lastFrame = bytes.toString('latin1').search(/\xff\xf8[\x60-\x7f]/); // the only one whose size has no code of its own
    const lacking = async (cut: Buffer) => (await recognizeContainer(inMemory(cut))).missing;
    expect(await lacking(bytes)).toBeUndefined();
    expect(await lacking(bytes.subarray(0, lastFrame))).toBe(`${samples % 4_608} samples are missing`);
    expect(await lacking(await declaring(samples + 1))).toBe('1 samples are missing');
    expect(await lacking(await declaring(0))).toBeUndefined();
    expect(await lacking(await declaring(samples - 1))).toBeUndefined();
  });

  it.each(['constant.mp3', 'variable.mp3'] as const)('is truncated when %s declares more frames than there are', async (name) => {
    const mark = name === 'constant.mp3' ? 'Info' : 'Xing';
    const declaring = (more: number) =>
      patched(name, (mp3) => {
        const at = mp3.indexOf(mark) + 8;
        mp3.writeUInt32BE(mp3.readUInt32BE(at) + more, at);
      });
    const lacking = async (bytes: Buffer) => (await recognizeContainer(inMemory(bytes))).missing;
    expect(await lacking(await declaring(0))).toBeUndefined();
    expect(await lacking(await declaring(50))).toMatch(/^(?:49|50) frames are missing$/);
    expect(await lacking(Buffer.concat([id3v2Tag(), await declaring(50), id3v1Tag()]))).toMatch(/^(?:49|50) frames are missing$/);
    expect(await lacking(Buffer.concat([await declaring(50), Buffer.alloc(3_000)]))).toBeUndefined(); // ends in other bytes: not known
  });

  it.each(endless)('%s is accepted as long as whole frames remain', async (name) => {
    const bytes = await sounds.bytes(name);
    expect(await verdict(bytes.subarray(0, bytes.length / 2))).toMatch(/^(?:mp3|aac|e?ac3)$/);
    expect(await verdict(bytes.subarray(0, 100))).toMatch(/^media-/);
  });
});

describe('an unknown size', () => {
  it.each([0, 0x7fff_ffff - 36, 0xffff_ffff])('is fine in a WAV from a pipe (%d)', async (size) => {
    const bytes = await patched('plain.wav', (wav) => {
      wav.writeUInt32LE(size, 4);
      wav.writeUInt32LE(size, wav.indexOf('data') + 4);
    });
    expect(await verdict(bytes)).toBe('wav');
  });

  it('is fine in an AU and in a CAF from a pipe', async () => {
    const au = await patched('plain.au', (bytes) => bytes.writeUInt32BE(0xffff_ffff, 8));
    const caf = await patched('plain.caf', (bytes) => bytes.writeBigInt64BE(-1n, bytes.indexOf('data') + 4));
    expect([await verdict(au), await verdict(caf)]).toEqual(['au', 'caf']);
  });

  it('is fine in the last box of a movie', async () => {
    const [moov, mdat] = [mp4Box('moov', mp4Box('mvhd', Buffer.alloc(100))), mp4Box('mdat', Buffer.alloc(100))];
    mdat.writeUInt32BE(0, 0);
    expect(await verdict(Buffer.concat([mp4Box('ftyp', 'M4A \0\0\0\0'), moov, mdat]))).toBe('mp4');
  });

  it('is fine in a WAV whose writer got the size of the whole wrong', async () => {
    expect(await verdict(await patched('plain.wav', (wav) => wav.writeUInt32LE(wav.length + 5_000, 4)))).toBe('wav');
  });
});

describe('a wrong duration', () => {
  it('is fine in MP4', async () => {
    const bytes = await patched('aac.m4a', (mp4) => mp4.writeUInt32BE(0x7000_0000, mp4.indexOf('mvhd') + 20));
    expect(await verdict(bytes)).toBe('mp4');
  });
});
