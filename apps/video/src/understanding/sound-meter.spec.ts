import { describe, expect, it } from '@jest/globals';
import { SoundMeter, soundRateHz } from './sound-meter.ts';

/** Stereo, interleaved. @param levelAt amplitude at a moment in seconds */
function tone(seconds: number, levelAt: (seconds: number) => number): Float32Array {
  const samples = new Float32Array(2 * seconds * soundRateHz);
  for (let frame = 0; frame < samples.length / 2; frame++) {
    const at = frame / soundRateHz;
    samples.fill(levelAt(at) * Math.sin(2 * Math.PI * 997 * at), 2 * frame, 2 * frame + 2);
  }
  return samples;
}

function measure(samples: Float32Array) {
  const meter = new SoundMeter(2, 0.5);
  for (let from = 0; from < samples.length; from += 9_600) meter.push(samples.subarray(from, from + 9_600));
  return meter.finish();
}

describe('SoundMeter', () => {
  it('gives a tone of 997 Hz at -23 dBFS in both channels -23 LUFS', () =>
    // EBU Tech 3341, test case 1
    expect(measure(tone(4, () => 10 ** (-23 / 20))).loudnessLufs).toBeCloseTo(-23, 1));

  it('leaves silence out of the loudness, and says where it is', () => {
    const { loudnessLufs, silent, seconds } = measure(tone(6, (at) => (at >= 2 && at < 4 ? 0.0001 : 0.1)));
    expect(loudnessLufs).toBeCloseTo(-20, 0);
    expect([silent, seconds]).toEqual([[{ startSeconds: 2, endSeconds: 4 }], 6]);
  });

  it('has no loudness for silence', () => expect(measure(new Float32Array(2 * soundRateHz)).loudnessLufs).toBeNull());
});
