import { randomBytes } from 'node:crypto';
import { open } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type MediaCorpus, makeSoundFiles, mediaTools, mp4Box, type SoundName, soundNames, wavWithInfo } from '#testing';
import { inspectMedia } from './inspect-media.ts';
import type { MediaInfo } from './media-info.ts';

let sounds: MediaCorpus;
beforeAll(async () => {
  sounds = await makeSoundFiles();
});
afterAll(() => sounds.remove());

const inspect = (path: string) => inspectMedia(path, mediaTools);
const codeOf = (path: string) =>
  inspect(path).then(
    () => 'accepted',
    (failure: unknown) => (failure as { code?: string }).code,
  );

describe('inspectMedia', () => {
  it.each(soundNames)('accepts %s', async (name) => {
    const info = await inspect(sounds.path(name));
    expect(info.channels).toBeGreaterThan(0);
    expect(info.hasVideo).toBe(false);
  });

  const descriptions: readonly (readonly [SoundName, Partial<MediaInfo>])[] = [
    [
      'plain.wav',
      {
        container: 'wav',
        codec: 'pcm_s16le',
        sampleRateHz: 44_100,
        channels: 2,
        channelLayout: 'stereo',
        durationSeconds: 3,
        bitRate: 1_411_200,
      },
    ],
    ['surround-96k.wav', { sampleRateHz: 96_000, channels: 6, channelLayout: '5.1', codec: 'pcm_s24le' }],
    ['surround-96k.flac', { container: 'flac', sampleRateHz: 96_000, channels: 6, durationSeconds: 3 }],
    ['eight-bit-mono.wav', { codec: 'pcm_u8', channels: 1, channelLayout: 'mono' }],
    ['half-a-second.wav', { durationSeconds: 0.5 }],
    ['opus.opus', { container: 'ogg', codec: 'opus', sampleRateHz: 48_000 }],
    ['live.webm', { container: 'matroska', durationSeconds: null, bitRate: null }],
    ['layer-two.mp2', { container: 'mp3', codec: 'mp2' }],
    ['lossless.m4a', { container: 'mp4', codec: 'alac' }],
    ['windows.wma', { container: 'asf', codec: 'wmav2', sampleRateHz: 44_100, channels: 2 }],
    ['old-windows.wma', { container: 'asf', codec: 'wmav1' }],
    ['dolby.ac3', { container: 'ac3', codec: 'ac3', channels: 2 }],
    ['dolby.eac3', { container: 'eac3', codec: 'eac3' }],
    ['lossless.wv', { container: 'wavpack', codec: 'wavpack', durationSeconds: 3 }],
    ['true.tta', { container: 'tta', codec: 'tta', durationSeconds: 3 }],
  ];
  it.each(descriptions)('describes %s', async (name, expected) => {
    expect(await inspect(sounds.path(name))).toMatchObject(expected);
  });

  it('cleans the tags', async () => {
    expect((await inspect(sounds.path('constant.mp3'))).tags).toEqual({ title: 'Ola kase', artist: 'Ñandú 🎧' });
  });

  it('reads RIFF INFO in Latin-1', async () => {
    const path = await sounds.write('latin1.wav', wavWithInfo(await sounds.bytes('plain.wav'), { INAM: Buffer.from('Ñandú', 'latin1') }));
    expect((await inspect(path)).tags).toEqual({ title: 'Ñandú' });
  });

  it('reads a name with emoji, a dash in front, colons and per cent signs as a name', async () => {
    const path = await sounds.write('-i 🎧 http:%03d.mp3', await sounds.bytes('constant.mp3'));
    expect(await inspect(path)).toMatchObject({ container: 'mp3', channels: 2 });
  });

  it.each([
    ['cover.mp3', ['-c:a', 'copy', '-id3v2_version', '3'], 'constant.mp3'],
    ['cover.m4a', ['-c:a', 'copy', '-disposition:v', 'attached_pic'], 'aac.m4a'],
    ['cover.flac', ['-c:a', 'copy', '-disposition:v', 'attached_pic'], 'plain.flac'],
  ] as const)('finds the audio and the cover art of %s', async (name, options, source) => {
    const inputs = ['-i', sounds.path(source), '-f', 'lavfi', '-i', 'testsrc=s=64x64:d=0.04'];
    const path = await sounds.make(...inputs, '-map', '0:a', '-map', '1:v', '-c:v', 'png', '-frames:v', '1', ...options, name);
    expect(await inspect(path)).toMatchObject({ hasCoverArt: true, hasVideo: false, channels: 2 });
  });

  it.each(['constant.mp3', 'plain.flac', 'aac-faststart.m4a'] as const)('accepts addresses in a comment (%s)', async (source) => {
    const words = `comment=${'la la la\n'.repeat(2_000)}file:///etc/passwd\nhttp://127.0.0.1/a.mp3\n#EXTM3U\n${'la la la\n'.repeat(2_000)}`;
    const path = await sounds.make('-i', sounds.path(source), '-c', 'copy', '-metadata', words, `words-${source}`);
    const info = await inspect(path);
    expect([info.channels, info.tags.comment?.length]).toEqual([2, 256]);
  });

  it('accepts Speex in Ogg', async () => {
    const path = await sounds.make('-i', sounds.path('plain.wav'), '-c:a', 'libspeex', '-ar', '16000', 'speech.spx');
    expect(await inspect(path)).toMatchObject({ container: 'ogg', codec: 'speex', sampleRateHz: 16_000 });
  });

  it('accepts a video with audio', async () => {
    const inputs = ['-i', sounds.path('aac.m4a'), '-f', 'lavfi', '-i', 'testsrc=s=64x64:d=1'];
    const path = await sounds.make(...inputs, '-c:v', 'mpeg4', '-c:a', 'copy', 'video.mp4');
    expect(await inspect(path)).toMatchObject({ codec: 'aac', hasVideo: true, hasCoverArt: false });
  });

  it('accepts two hours of compressed silence', async () => {
    const path = await sounds.make('-f', 'lavfi', '-i', 'anullsrc=r=8000:cl=mono', '-t', '7200', '-c:a', 'flac', 'silence.flac');
    expect(await inspect(path)).toMatchObject({ durationSeconds: 7_200, codec: 'flac' });
  });

  it('accepts two hours of uncompressed silence without reading it', async () => {
    const bytes = await sounds.bytes('plain.wav');
    const dataAt = bytes.indexOf('data');
    const dataBytes = 2 * 3_600 * 176_400;
    bytes.writeUInt32LE(dataBytes, dataAt + 4);
    const path = await sounds.write('silence.wav', bytes.subarray(0, dataAt + 8));
    const file = await open(path, 'r+');
    await file.truncate(dataAt + 8 + dataBytes);
    await file.close();
    expect(await inspect(path)).toMatchObject({ durationSeconds: 7_200, channels: 2 });
  });

  it('refuses a declared duration only when the size of the file makes it credible', async () => {
    const limits = { maxDurationSeconds: 2 };
    await expect(inspectMedia(sounds.path('plain.wav'), { ...mediaTools, limits })).rejects.toMatchObject({ code: 'media-too-long' });
    const flac = await sounds.bytes('plain.flac');
    flac.writeUInt32BE(0xffff_ffff, 22);
    const path = await sounds.write('lying.flac', flac);
    expect((await inspect(path)).durationSeconds).toBeGreaterThan(90_000);
  });

  it('stops when its signal aborts', async () => {
    const signal = AbortSignal.abort();
    await expect(inspectMedia(sounds.path('plain.wav'), { ...mediaTools, signal })).rejects.toMatchObject({ code: 'cancelled' });
  });

  it('reports a missing ffprobe as an internal error', async () => {
    await expect(inspectMedia(sounds.path('plain.wav'), { ffprobePath: '/nowhere/ffprobe' })).rejects.toMatchObject({ code: 'internal' });
  });
});

/** A track with this sample entry: `drms` is what the iTunes store sold, `enca` Common Encryption (ISO/IEC 23001-7). */
function protectedMovie(entry: 'drms' | 'enca'): Buffer {
  const entries = Buffer.concat([Buffer.from([0, 0, 0, 0, 0, 0, 0, 1]), mp4Box(entry, Buffer.alloc(28))]);
  const trak = mp4Box('trak', mp4Box('mdia', mp4Box('minf', mp4Box('stbl', mp4Box('stsd', entries)))));
  return Buffer.concat([mp4Box('ftyp', 'M4P \0\0\0\0'), mp4Box('moov', trak), mp4Box('mdat', Buffer.alloc(64))]);
}

/** An ASF file whose header has one object of this kind. */
function asfHeader(guid: string): Buffer {
  const object = Buffer.concat([Buffer.from(guid, 'hex'), Buffer.from([40, 0, 0, 0, 0, 0, 0, 0]), Buffer.alloc(16)]);
  const size = Buffer.from([30 + object.length, 0, 0, 0, 0, 0, 0, 0]);
  const header = Buffer.concat([Buffer.from('3026b2758e66cf11a6d900aa0062ce6c', 'hex'), size, Buffer.from([1, 0, 0, 0, 1, 2]), object]);
  return Buffer.concat([header, Buffer.alloc(500)]);
}

describe('a file without readable audio', () => {
  const files: readonly (readonly [string, string | Buffer, string])[] = [
    ['nothing.mp3', '', 'media-empty'],
    ['letter.mp3', 'Dear all,\nthis is a letter and no song.\n', 'media-not-audio'],
    ['page.mp3', '<!doctype html><html><body><a href="http://127.0.0.1/a.mp3">a</a></body></html>', 'media-not-audio'],
    ['paper.wav', '%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n', 'media-not-audio'],
    ['program.ogg', Buffer.concat([Buffer.from('\x7fELF\x02\x01\x01'), Buffer.alloc(500)]), 'media-not-audio'],
    ['archive.m4a', Buffer.concat([Buffer.from('PK\x03\x04'), randomBytes(500)]), 'media-not-audio'],
    ['noise.bin', Buffer.concat([Buffer.from([1, 2]), randomBytes(200_000)]), 'media-not-audio'],
    ['zeros.wav', Buffer.alloc(10_000), 'media-not-audio'],
    ['one-byte.mp3', 'x', 'media-not-audio'],
    ['picture.m4a', Buffer.concat([mp4Box('ftyp', 'heic\0\0\0\0mif1'), mp4Box('mdat', Buffer.alloc(99))]), 'media-not-audio'],
    ['mark-only.flac', 'fLaC', 'media-truncated'],
    ['mark-only.wav', 'RIFF\x24\0\0\0WAVE', 'media-truncated'],
    ['tag-only.mp3', Buffer.concat([Buffer.from('ID3\x04\0\0\0\0\0\x0a'), Buffer.alloc(20)]), 'media-not-audio'],
    ['no-format.wav', 'RIFF\x10\0\0\0WAVEdata\x04\0\0\0abcd', 'media-undecodable'],
    [
      'empty-movie.mp4',
      Buffer.concat([mp4Box('ftyp', 'isom\0\0\0\0'), mp4Box('moov', mp4Box('mvhd', Buffer.alloc(100)))]),
      'media-without-sound',
    ],
  ];
  it.each(files)('%s is refused (%#)', async (name, content, code) => {
    expect(await codeOf(await sounds.write(name, typeof content === 'string' ? Buffer.from(content, 'latin1') : content))).toBe(code);
  });

  const named: readonly (readonly [string, string | Buffer, string])[] = [
    ['monkey.ape', `MAC \x96\x0f${'\0'.repeat(60)}`, "Monkey's Audio"],
    ['musepack.mpc', `MPCK${'\0'.repeat(60)}`, 'Musepack'],
    ['protected.wma', asfHeader('fbb3112223bdd211b4b700a0c955fc6e'), 'protected (DRM) WMA'],
    ['phone.amr', `#!AMR\n${'\0'.repeat(60)}`, 'AMR'],
    ['notes.mid', `MThd\0\0\0\x06${'\0'.repeat(60)}`, 'MIDI'],
    ['studio.dsf', `DSD \x1c${'\0'.repeat(60)}`, 'DSD'],
    ['letter.txt', 'Dear all,\nthis is a letter and no song.\n', 'plain text'],
    ['links.txt', 'Dear all,\nhere is the song:\nhttps://example.org/song.mp3\nand a word to it.\n', 'plain text'],
    ['protected.m4p', protectedMovie('drms'), 'protected (DRM)'],
    ['encrypted.m4a', protectedMovie('enca'), 'protected (DRM)'],
  ];
  it.each(named)('names the format of %s and the supported formats', async (name, content, what) => {
    const path = await sounds.write(name, typeof content === 'string' ? Buffer.from(content, 'latin1') : content);
    await expect(inspect(path)).rejects.toMatchObject({
      code: 'media-not-audio',
      message: expect.stringMatching(/^Unsupported audio format: .+\. Supported: WAV, .*MP3.*\.$/),
    });
    await expect(inspect(path)).rejects.toThrow(what);
  });

  it('is a picture', async () => {
    const path = await sounds.make('-f', 'lavfi', '-i', 'testsrc=s=64x64:d=0.04', '-frames:v', '1', 'picture.png');
    await expect(inspect(path)).rejects.toMatchObject({ code: 'media-not-audio', message: expect.stringContaining('image/png') });
  });

  it.each(['mute.mp4', 'mute.mkv', 'mute.mov'])('is a video without audio (%s)', async (name) => {
    const path = await sounds.make('-f', 'lavfi', '-i', 'testsrc=s=64x64:d=1', '-c:v', 'mpeg4', name);
    expect(await codeOf(path)).toBe('media-without-sound');
  });

  it.each(['film.avi', 'film.ts', 'film.mxf'])('is an unsupported container (%s)', async (name) => {
    const inputs = ['-i', sounds.path('plain.wav'), '-f', 'lavfi', '-i', 'testsrc=s=64x64:d=1:r=25'];
    const path = await sounds.make(...inputs, '-ar', '48000', '-c:v', 'mpeg2video', name);
    expect(await codeOf(path)).toBe('media-not-audio');
  });

  it('is audio of an unsupported codec', async () => {
    const path = await sounds.make('-i', sounds.path('plain.wav'), '-c:a', 'dca', '-strict', '-2', 'foreign.mka');
    expect(await codeOf(path)).toBe('media-undecodable');
  });

  it('has too many channels', async () => {
    const path = await sounds.make('-i', sounds.path('half-a-second.wav'), '-af', 'pan=24c|c0=c0', '-c:a', 'pcm_s16le', 'crowd.wav');
    expect(await codeOf(path)).toBe('media-undecodable');
  });

  it.each([8, 1_000, 3_999, 768_001, 4_294_967])('has a sample rate of %d Hz, which no recording has', async (rateHz) => {
    const path = await sounds.make('-i', sounds.path('plain.wav'), '-c', 'copy', 'slow.wav');
    const file = await open(path, 'r+');
    await file.write(Buffer.from(new Uint32Array([rateHz]).buffer), 0, 4, 24).finally(() => file.close());
    expect(await codeOf(path)).toBe('media-undecodable');
  });

  it('has too many streams', async () => {
    const maps = Array.from({ length: 40 }, () => ['-map', '0:a']).flat();
    const path = await sounds.make('-i', sounds.path('half-a-second.wav'), ...maps, '-c:a', 'pcm_s16le', 'many.mka');
    expect(await codeOf(path)).toBe('media-undecodable');
  });

  it('opens addresses while it plays (ASF script commands)', async () => {
    expect(await codeOf(await sounds.write('script.wma', asfHeader('301afb1e620bd011a39b00a0c90348f6')))).toBe('media-unsafe');
  });

  it('calls plain text under the name of a playlist unsafe', async () => {
    const path = await sounds.write('text', 'nothing to see');
    await expect(inspectMedia(path, { ...mediaTools, declaredName: 'a.m3u8' })).rejects.toMatchObject({ code: 'media-unsafe' });
    await expect(inspectMedia(path, { ...mediaTools, declaredType: 'application/x-mpegURL' })).rejects.toMatchObject({
      code: 'media-unsafe',
    });
  });
});
