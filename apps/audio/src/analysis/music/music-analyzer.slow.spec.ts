import { describe, expect, it } from '@jest/globals';
import {
  addChords,
  addDrums,
  beatTimes,
  cadence,
  type Degree,
  drumKit,
  type Grid,
  type GrooveName,
  grooves,
  Mix,
  type Mode,
  note,
  pinkNoise,
  type SectionName,
  seededRandom,
  song,
  speechLikeNoise,
  type Timbre,
  whiteNoise,
} from '#testing';
import { keyNames } from './key.ts';
import { type AnalysisProfile, type MusicAnalysis, MusicAnalyzer } from './music-analyzer.ts';

const rateHz = MusicAnalyzer.sampleRateHz;

function analyze(samples: Float32Array, profile: AnalysisProfile = 'tempo', chunk = samples.length): MusicAnalysis {
  const analyzer = new MusicAnalyzer({ profile });
  for (let from = 0; from < samples.length; from += chunk) analyzer.push(samples.subarray(from, from + chunk));
  return analyzer.finish();
}

function drumTrack(
  name: GrooveName,
  bpm: number,
  options: { swing?: number; startSeconds?: number; noise?: number; seconds?: number } = {},
) {
  const grid: Grid = { bpm, startSeconds: options.startSeconds ?? 0.1, swing: options.swing ?? 0 };
  const seconds = options.seconds ?? 20;
  const mix = new Mix(seconds, rateHz);
  const toBeat = Math.floor(((seconds - grid.startSeconds) * bpm) / 60);
  addDrums(mix, grid, grooves[name], drumKit(Math.round(bpm), rateHz), { toBeat });
  if (options.noise) mix.add(pinkNoise(seconds, rateHz, seededRandom(5)), 0, options.noise);
  return { samples: mix.normalize(), beats: beatTimes(grid, grid.startSeconds + (toBeat * 60) / bpm) };
}

/** F-measure of beats within 70 ms (MIREX): twice the hits divided by detected and true beats. */
function beatScore(found: readonly number[], truth: readonly number[]): number {
  const hits = truth.filter((beat) => found.some((other) => Math.abs(other - beat) <= 0.07)).length;
  return (2 * hits) / (found.length + truth.length);
}

function beating(oneHz: number, otherHz: number, seconds: number): Float32Array {
  const mix = new Mix(seconds, rateHz);
  for (const hz of [oneHz, otherHz, 1.5 * oneHz]) mix.add(note('saw', hz, seconds, rateHz));
  return mix.normalize();
}

/** A sustained chord with an amplitude envelope over the beat phase, 0 … 1. */
function pumped(bpm: number, gain: (phase: number) => number): Float32Array {
  const mix = new Mix(20, rateHz);
  for (const hz of [220, 277, 330]) mix.add(note('saw', hz, 20, rateHz));
  return mix.normalize().map((sample, i) => sample * gain((((i / rateHz) * bpm) / 60) % 1));
}

function expectTempo(found: MusicAnalysis, bpm: number, share: number): void {
  expect(found.bpm).not.toBeNull();
  expect(Math.abs(found.bpm! / bpm - 1)).toBeLessThan(share);
}

describe('MusicAnalyzer: tempo', () => {
  it.each([60, 66.6, 75, 83.3, 90, 101.7, 120, 127.5, 140, 158.2, 174, 180])('detects clicks at %d BPM within 0.2 %', (bpm) => {
    expectTempo(analyze(drumTrack('clicks', bpm).samples), bpm, 0.002);
  });

  it.each<[GrooveName, number]>([
    ['kicks', 63],
    ['rock', 71.5],
    ['ballad', 68],
    ['sixEight', 84],
    ['dembow', 93.7],
    ['funk', 104],
    ['shuffle', 112],
    ['fourOnTheFloor', 123.4],
    ['techno', 135],
    ['halfTime', 142],
    ['waltz', 150],
    ['rockPushed', 118],
    ['breakbeat', 133.3],
    ['drumAndBass', 172],
  ])('hears %s at %d BPM', (name, bpm) => {
    expectTempo(analyze(drumTrack(name, bpm).samples), bpm, 0.01);
  });

  it.each([88, 117.3, 144])('tolerates noise, swing and a silent start at %d BPM', (bpm) => {
    expectTempo(analyze(drumTrack('rock', bpm, { noise: 0.4, swing: 0.15, startSeconds: 4 }).samples), bpm, 0.01);
  });

  it.each<[string, number, (phase: number) => number]>([
    ['pumps', 124.6, (phase) => Math.min(1, 1.6 * phase)],
    ['is struck and fades', 97.3, (phase) => Math.max(0, 1 - 2 * phase)],
    ['is cut into pieces', 143, (phase) => (phase < 0.4 ? 1 : 0)],
  ])('hears the tempo of a held chord that %s, at %d BPM', (_, bpm, gain) => {
    expectTempo(analyze(pumped(bpm, gain)), bpm, 0.01);
  });

  it('returns two alternative tempi', () => {
    const { bpm, candidates } = analyze(drumTrack('rock', 120).samples);
    expect(candidates).toHaveLength(2);
    for (const candidate of candidates) expect(Math.abs(candidate.bpm / bpm! - 1)).toBeGreaterThan(0.02);
  });

  it('has the same confidence for quiet and loud files', () => {
    const { samples } = drumTrack('rock', 110);
    const quiet = analyze(samples.map((sample) => sample * 0.01));
    expectTempo(quiet, 110, 0.002);
    expect(quiet.confidence).toBeGreaterThan(0.3);
  });
});

describe('MusicAnalyzer: beats', () => {
  it.each<[GrooveName, number]>([
    ['clicks', 97],
    ['kicks', 120],
    ['rock', 116],
    ['fourOnTheFloor', 126],
    ['disco', 121],
    ['waltz', 140],
    ['electro', 128],
  ])('puts the beats of %s at %d BPM where they fall', (name, bpm) => {
    const { samples, beats } = drumTrack(name, bpm);
    expect(beatScore(analyze(samples).beats, beats)).toBeGreaterThan(0.95);
  });

  it('detects no beats in leading silence', () => {
    const { samples } = drumTrack('rock', 120, { startSeconds: 5 });
    expect(analyze(samples).beats[0]).toBeCloseTo(5, 1);
  });
});

describe('MusicAnalyzer: non-music', () => {
  const random = seededRandom(9);
  it.each<[string, Float32Array]>([
    ['silence', new Float32Array(rateHz * 20)],
    ['white noise', whiteNoise(20, rateHz, random)],
    ['pink noise', pinkNoise(20, rateHz, random)],
    ['noise like speech', speechLikeNoise(20, rateHz, random)],
    ['a held tone', note('sine', 220, 20, rateHz)],
    ['a held saw', note('saw', 146.8, 20, rateHz)],
    ['a held tone under 100 Hz', note('organ', 61.3, 30, rateHz)],
    ['two low tones that beat against each other', beating(82.4, 83.1, 30)],
  ])('has no tempo: %s', (_, samples) => {
    const found = analyze(samples);
    expect(found).toMatchObject({ bpm: null, beats: [] });
    expect(found.confidence).toBeLessThan(MusicAnalyzer.minConfidence);
  });

  it.each<[string, Float32Array]>([
    ['white noise', whiteNoise(20, rateHz, random)],
    ['noise like speech', speechLikeNoise(20, rateHz, random)],
    ['drums alone', drumTrack('rock', 120).samples],
    ['silence', new Float32Array(rateHz * 5)],
  ])('has no key: %s', (_, samples) => {
    expect(analyze(samples, 'full')).toMatchObject({ key: null, mode: null });
  });

  it.each<[string, Float32Array]>([
    ['nothing', new Float32Array(0)],
    ['one sample', new Float32Array(1).fill(1)],
    ['half a second', whiteNoise(0.5, rateHz, random)],
    ['NaN', new Float32Array(rateHz).fill(Number.NaN)],
    ['infinities', new Float32Array(rateHz * 3).fill(Number.POSITIVE_INFINITY)],
    ['the loudest floats', new Float32Array(rateHz * 3).fill(3e38)],
  ])('gives nulls for %s', (_, samples) => {
    expect(analyze(samples, 'full')).toEqual({
      bpm: null,
      confidence: expect.any(Number),
      candidates: expect.any(Array),
      beats: [],
      key: null,
      mode: null,
      keyConfidence: expect.any(Number),
      cues: [],
    });
  });

  it('ignores isolated invalid samples', () => {
    const { samples } = drumTrack('rock', 120);
    samples.fill(Number.NaN, 40_000, 40_100);
    samples[90_000] = Number.NEGATIVE_INFINITY;
    expectTempo(analyze(samples), 120, 0.002);
  });
});

describe('MusicAnalyzer: streaming', () => {
  it.each([1, 777, 4096, 100_000])('returns the same result for chunks of %d samples', (chunk) => {
    const { samples } = drumTrack('rock', 120, { seconds: 8 });
    expect(analyze(samples, 'full', chunk)).toEqual(analyze(samples, 'full'));
  });

  it('computes neither key nor cues in the tempo profile', () => {
    expect(analyze(cadence({ tonic: 0, mode: 'major', timbre: 'organ', drums: true }))).toMatchObject({ key: null, cues: [] });
  });
});

describe('MusicAnalyzer: key', () => {
  const keys = keyNames.flatMap((key, tonic) => (['major', 'minor'] as const).map((mode) => ({ key, tonic, mode })));
  const heard = (options: { timbre: Timbre; bass?: boolean; drums?: boolean; detuneCents?: number }) =>
    keys.filter(({ key, tonic, mode }) => {
      const found = analyze(cadence({ tonic, mode, ...options }), 'full');
      return found.key === key && found.mode === mode;
    }).length;

  it.each<[Parameters<typeof heard>[0]]>([
    [{ timbre: 'sine' }],
    [{ timbre: 'saw', bass: true }],
    [{ timbre: 'plucked' }],
    [{ timbre: 'piano', bass: true, drums: true }],
    [{ timbre: 'organ', detuneCents: 30 }],
    [{ timbre: 'square', detuneCents: -30, drums: true }],
  ])('hears the key of at least 22 of 24 cadences: %j', (options) => {
    expect(heard(options)).toBeGreaterThanOrEqual(22);
  });

  it.each<[Timbre, readonly Degree[]]>([
    ['piano', [1, 6, 3, 7]],
    ['organ', [1, 7, 6, 7]],
    ['saw', [1, 6, 4, 7]],
    ['plucked', [1, 4, 7, 3]],
  ])('distinguishes minor from its relative major by the bass: %s %j', (timbre, degrees) => {
    const right = keys
      .filter(({ mode }) => mode === 'minor')
      .filter(({ key, tonic, mode }) => {
        const found = analyze(cadence({ tonic, mode, timbre, degrees: [...degrees, 1], bass: true, drums: true }), 'full');
        return found.key === key && found.mode === mode;
      });
    expect(right.length).toBeGreaterThanOrEqual(11);
  });

  it('does not treat chords without drums as drums', () => {
    const mix = new Mix(15, rateHz);
    const harmony = {
      tonic: 7,
      mode: 'major' as Mode,
      degrees: [1, 4, 5, 1] as const,
      beatsPerChord: 4,
      toBeat: 28,
      timbre: 'piano' as const,
    };
    addChords(mix, { bpm: 115, startSeconds: 0 }, { ...harmony, perBeat: 1 });
    expect(analyze(mix.normalize(), 'full')).toMatchObject({ key: 'G', mode: 'major' });
  });
});

describe('MusicAnalyzer: cues', () => {
  const sections: [SectionName, number][] = [
    ['intro', 8],
    ['verse', 16],
    ['breakdown', 8],
    ['build', 4],
    ['drop', 16],
    ['outro', 8],
  ];
  const expected = { verse: 'intro-end', breakdown: 'breakdown', drop: 'drop', outro: 'outro-start' } as const;

  it.each([98, 124, 140])('marks the section boundaries of a track at %d BPM within a bar', (bpm) => {
    const track = song({ bpm, tonic: 9, mode: 'minor', sections });
    const { cues } = analyze(track.samples, 'full');
    const barSeconds = 240 / bpm;
    for (const { name, timeSeconds } of track.sectionStarts) {
      if (!(name in expected)) continue;
      const type = expected[name as keyof typeof expected];
      expect(cues).toContainEqual({ timeSeconds: expect.closeTo(timeSeconds, 0), type, confidence: expect.any(Number) });
      const nearest = Math.min(...cues.filter((cue) => cue.type === type).map((cue) => Math.abs(cue.timeSeconds - timeSeconds)));
      expect(nearest).toBeLessThan(barSeconds);
    }
    expect(cues.length).toBeLessThanOrEqual(8);
  });

  it('marks nothing in a uniform track', () => {
    const track = song({ bpm: 120, tonic: 0, mode: 'minor', sections: [['verse', 24]] });
    expect(analyze(track.samples, 'full').cues).toEqual([]);
  });
});
