import { describe, expect, it } from '@jest/globals';
import type { TrackCorrections } from '#contracts';
import { correctedValues, type Found } from './corrected-values.ts';

const found: Found = { bpm: 87, candidates: [{ bpm: 116, confidence: 0.3 }], key: 'A', mode: 'minor' };
const none: TrackCorrections = { bpm: null, bpmMin: null, bpmMax: null, key: null, mode: null, beatGrid: null };
const tempo = (corrections: Partial<TrackCorrections>, heard: Found | null = found) =>
  correctedValues(heard, { ...none, ...corrections }).bpm;

describe('the values that hold for a track', () => {
  it('are those of the analysis without corrections, and none before it', () => {
    expect(correctedValues(found, null)).toEqual({ bpm: 87, key: 'A', mode: 'minor' });
    expect(correctedValues(null, null)).toEqual({ bpm: null, key: null, mode: null });
  });

  it('are the corrected ones, also before the analysis', () => {
    expect(correctedValues(null, { ...none, bpm: 174, key: 'C', mode: 'major' })).toEqual({ bpm: 174, key: 'C', mode: 'major' });
    expect(correctedValues(found, { ...none, key: 'C', mode: 'major' })).toEqual({ bpm: 87, key: 'C', mode: 'major' });
  });

  it('take the tempo of a beat grid, unless a tempo is given', () => {
    const beatGrid = [{ timeSeconds: 0.1, bpm: 175, beat: 1 }];
    expect(tempo({ beatGrid })).toBe(175);
    expect(tempo({ beatGrid, bpm: 174 })).toBe(174);
  });

  it.each<[hint: Partial<TrackCorrections>, expected: number, what: string]>([
    [{ bpmMin: 100 }, 116, 'a candidate before another reading'],
    [{ bpmMin: 150, bpmMax: 180 }, 174, 'double the tempo'],
    [{ bpmMax: 60 }, 43.5, 'half the tempo'],
    [{ bpmMin: 80, bpmMax: 90 }, 87, 'the tempo itself'],
    [{ bpmMin: 300, bpmMax: 310 }, 87, 'the tempo as found where nothing fits'],
  ])('with the hint %j: %d, %s', (hint, expected, _) => {
    expect(tempo(hint)).toBe(expected);
  });

  it('have no tempo where none was found, whatever the hint', () => expect(tempo({ bpmMin: 100 }, { ...found, bpm: null })).toBeNull());
});
