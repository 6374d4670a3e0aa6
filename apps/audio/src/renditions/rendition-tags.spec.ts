/** What comes with the sound of a rendition: tags, cover, loudness. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { measureLoudness, type OpenedSource } from './encode-rendition.ts';
import { encodeOptions, ffprobe, RenditionFixture } from './testing/rendition-fixture.ts';

let fixture: RenditionFixture;
beforeAll(async () => {
  fixture = await RenditionFixture.open();
});
afterAll(() => fixture?.corpus.remove());

describe('what comes with the sound', () => {
  let tagged: OpenedSource;
  beforeAll(async () => {
    const cover = await fixture.corpus.make('-f', 'lavfi', '-i', 'testsrc=size=64x64:d=1', '-frames:v', '1', 'cover.png');
    const tags = ['title=Jóga = ; #', 'artist=Björk', 'TBPM=120', 'REPLAYGAIN_TRACK_GAIN=-3.00 dB', 'iTunSMPB=00000000'];
    const metadata = tags.flatMap((tag) => ['-metadata', tag]);
    const picture = ['-map', '0:a', '-map', '1:v', '-c:v', 'copy', '-disposition:v', 'attached_pic'];
    const from = ['-f', 'lavfi', '-i', 'sine=440:r=44100:d=2', '-i', cover];
    tagged = await fixture.source(...from, ...picture, ...metadata, '-c:a', 'flac', 'tagged.flac');
  });

  it.each(['mp3', 'ogg', 'opus', 'm4a'] as const)('%s keeps tags and cover, not the notes of the other encoder', async (format) => {
    const { path } = await fixture.encode(tagged, 'medium', format);
    const shown = await ffprobe(path, 'stream=codec_name,codec_type:format_tags:stream_tags:stream_disposition=attached_pic');
    expect(shown).toContain('Jóga = ; #');
    expect(shown).toContain('Björk');
    expect(shown).toMatch(/attached_pic=1/);
    expect(shown).not.toContain('iTunSMPB');
    if (format === 'opus') expect(shown).toContain('R128_TRACK_GAIN=-2048');
    else expect(shown).toMatch(format === 'm4a' ? /Björk/ : /REPLAYGAIN_TRACK_GAIN=-3.00 dB/i);
  });

  it('brings the loudness to -14 LUFS and says so in its tags', async () => {
    const quiet = await fixture.source('-f', 'lavfi', '-i', 'sine=1000:r=48000:d=4', '-af', 'volume=-20dB', 'quiet.wav');
    const file = await fixture.encode(quiet, 'medium', 'ogg', true);
    const again = await measureLoudness(await fixture.openFile(file.path), encodeOptions);
    expect(Math.abs(again!.input_i + 14)).toBeLessThan(0.5);
    expect(await ffprobe(file.path, 'stream_tags')).toContain('REPLAYGAIN_TRACK_GAIN=-4.00 dB');
    expect(file.sampleRateHz).toBe(48_000);
  });

  it('leaves silence as it is', async () => {
    const silent = await fixture.source('-f', 'lavfi', '-i', 'anullsrc=r=8000:cl=mono:d=2', 'silent.wav');
    expect(await measureLoudness(silent, encodeOptions)).toBeUndefined();
    expect((await fixture.encode(silent, 'ultra_low', 'ogg', true)).durationSeconds).toBeCloseTo(2, 1);
  });
});
