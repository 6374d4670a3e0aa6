import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { channelRoles } from './channels.ts';
import { LoudnessMeter } from './loudness-meter.ts';
import { decode, ebur128, record } from './testing/ffmpeg-meter.ts';
import { recordings } from './testing/recordings.ts';

const LOUDNESS_TOLERANCE_LU = 0.1;
const RANGE_TOLERANCE_LU = 0.2;
const PEAK_TOLERANCE_DB = 0.2;
/** Shorter recordings have too few 3 s blocks for meaningful percentiles. */
const SECONDS_FOR_RANGE = 10;

describe(`LoudnessMeter compared with ffmpeg's ebur128 on ${recordings.length} recordings`, () => {
  let directory: string;
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'level-'));
  });
  afterAll(() => rmSync(directory, { recursive: true }));

  it.each(recordings.map((recording) => [recording.name, recording] as const))('agrees for %s', (_, recording) => {
    const path = record(recording, directory);
    const { samples, sampleRateHz, channels, channelMask } = decode(path);
    const ours = new LoudnessMeter({ sampleRateHz, channelLayout: channelRoles(channels, channelMask) }).push(samples).finish();
    const theirs = ebur128(path);

    expect(Math.abs(ours.loudnessLufs! - theirs.loudnessLufs!)).toBeLessThanOrEqual(LOUDNESS_TOLERANCE_LU);
    expect(Math.abs(ours.truePeakDbtp! - theirs.truePeakDbtp!)).toBeLessThanOrEqual(PEAK_TOLERANCE_DB);
    if (samples.length / channels / sampleRateHz > SECONDS_FOR_RANGE)
      expect(Math.abs(ours.loudnessRangeLu! - theirs.loudnessRangeLu!)).toBeLessThanOrEqual(RANGE_TOLERANCE_LU);
  });

  it('returns null for silence and for very short input, as ffmpeg does', () => {
    for (const graph of ['anullsrc=r=44100:cl=stereo:d=5', 'sine=d=0.2']) {
      const path = record({ name: 'nothing', graph }, directory);
      const { samples, sampleRateHz, channels } = decode(path);
      const ours = new LoudnessMeter({ sampleRateHz, channelLayout: channelRoles(channels) }).push(samples).finish();
      expect(ours.loudnessLufs).toBeNull();
      expect(ebur128(path).loudnessLufs).toBeNull();
    }
  });
});
