import { describe, expect, it } from '@jest/globals';
import { atTempo, beatAnchors, beatsOf, maxAnchors } from './beat-anchors.ts';

const steady = (bpm: number, count: number, from = 0) => Array.from({ length: count }, (_, at) => from + (60 / bpm) * at);
const rounded = (anchors: ReturnType<typeof beatAnchors>) =>
  anchors.map(({ timeSeconds, bpm, beat }) => [Number(timeSeconds.toFixed(2)), Number(bpm.toFixed(1)), beat]);

describe('beatAnchors', () => {
  it('describes a steady beat by one anchor, whatever its jitter', () => {
    const beats = steady(122, 600, 0.52).map((time, at) => time + 0.008 * Math.sin(at));
    expect(rounded(beatAnchors(beats))).toEqual([[0.52, 122, 1]]);
  });

  it('begins another anchor where the tempo changes, and goes on counting the bar', () => {
    const slow = steady(100, 41);
    const beats = [...slow, ...steady(140, 60, slow.at(-1)! + 60 / 140)];
    expect(rounded(beatAnchors(beats))).toEqual([
      [0, 100, 1],
      [24.43, 140, 2],
    ]);
  });

  it('has no anchor without two beats', () => {
    expect(beatAnchors([])).toEqual([]);
    expect(beatAnchors([1])).toEqual([]);
  });

  it('is bounded where no two beats are alike', () => {
    const beats = steady(120, 20_000).map((time, at) => time + 0.2 * Math.sin(at * at));
    const anchors = beatAnchors(beats);
    expect(anchors.length).toBeGreaterThan(0);
    expect(anchors.length).toBeLessThanOrEqual(maxAnchors);
  });
});

describe('beatsOf', () => {
  it('follows each anchor to the next one, and the last one to the end', () => {
    const anchors = [
      { timeSeconds: 0.5, bpm: 60, beat: 1 },
      { timeSeconds: 2.6, bpm: 120, beat: 1 },
    ];
    expect(beatsOf(anchors, 4)).toEqual([0.5, 1.5, 2.5, 2.6, 3.1, 3.6]);
    expect(beatsOf([], 4)).toEqual([]);
  });
});

describe('atTempo', () => {
  const anchors = [
    { timeSeconds: 0.5, bpm: 87, beat: 1 },
    { timeSeconds: 60, bpm: 88, beat: 3 },
  ];

  it('keeps the beats where the tempo is another reading of the same pulse', () => {
    expect(atTempo(anchors, 87, 174)).toEqual([
      { timeSeconds: 0.5, bpm: 174, beat: 1 },
      { timeSeconds: 60, bpm: 176, beat: 3 },
    ]);
    expect(atTempo(anchors, 87, 87)).toBe(anchors);
  });

  it('is steady from the first beat on at any other tempo', () => {
    expect(atTempo(anchors, 87, 100)).toEqual([{ timeSeconds: 0.5, bpm: 100, beat: 1 }]);
    expect(atTempo([], 87, 100)).toEqual([]);
  });
});
