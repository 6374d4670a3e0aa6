import { describe, expect, it } from '@jest/globals';
import { distancesBetween, type Sound, similarityOf } from './distances.ts';
import { TimbreExtractor, timbreLength } from './timbre.ts';

const sound: Sound = { bpm: 120, key: 'A', mode: 'minor', loudnessLufs: -14, timbre: [1, 2] };
const unknown: Sound = { bpm: null, key: null, mode: null, loudnessLufs: null, timbre: null };
const distances = (other: Partial<Sound>) => distancesBetween(sound, { ...sound, ...other });

describe('distances', () => {
  it('are 0 between equal sounds, and unknown where a value is missing', () => {
    expect(distances({})).toEqual({ tempo: 0, key: 0, loudness: 0, timbre: 0 });
    expect(similarityOf(distances({}))).toBe(1);
    expect(distancesBetween(sound, unknown)).toEqual({ tempo: null, key: null, loudness: null, timbre: null });
    expect(similarityOf(distancesBetween(unknown, unknown))).toBe(0);
  });

  it('of tempi do not count octaves', () => {
    expect([60, 120, 240].map((bpm) => distances({ bpm }).tempo)).toEqual([0, 0, 0]);
    expect(distances({ bpm: 127 }).tempo).toBeCloseTo(0.5, 1);
    expect(distances({ bpm: 90 }).tempo).toBe(1);
  });

  it('of keys go around the circle', () => {
    const key = (name: Sound['key'], mode: Sound['mode']) => distances({ key: name, mode }).key;
    expect([key('E', 'minor'), key('C', 'major'), key('D#', 'minor')]).toEqual([0.2, 0.1, 1]);
  });

  it('are at most 1', () =>
    expect(Object.values(distances({ bpm: 90, loudnessLufs: -70, timbre: [100, 2] })).slice(0, 4)).toEqual([1, 0, 1, 1]));
});

describe('timbre', () => {
  const rateHz = 22_050;
  const measure = (wave: (second: number) => number, seconds = 4) => {
    const extractor = new TimbreExtractor(rateHz);
    extractor.push(Float32Array.from({ length: seconds * rateHz }, (_, at) => wave(at / rateHz)));
    return extractor.finish();
  };
  const tone = (hz: number, level: number, partials: number) => (second: number) =>
    level * Array.from({ length: partials }, (_, k) => Math.sin(2 * Math.PI * (k + 1) * hz * second) / (k + 1)).reduce((a, b) => a + b, 0);
  const apart = (a: number[] | null, b: number[] | null) => distancesBetween({ ...unknown, timbre: a }, { ...unknown, timbre: b }).timbre!;

  it('does not depend on the level, and little on the note', () => {
    const saw = measure(tone(220, 0.3, 20));
    expect(saw).toHaveLength(timbreLength);
    expect(apart(saw, measure(tone(220, 0.06, 20)))).toBeLessThan(0.02);
    expect(apart(saw, measure(tone(233, 0.3, 20)))).toBeLessThan(apart(saw, measure(tone(220, 0.3, 1))));
  });

  it('is unknown for silence, and never NaN', () => {
    expect(measure(() => 0)).toBeNull();
    expect(measure((second) => (second < 2 ? Number.NaN : tone(220, 0.3, 4)(second)))?.every(Number.isFinite)).toBe(true);
  });
});
