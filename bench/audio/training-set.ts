import { pulseFrames } from '../../apps/audio/src/analysis/music/beat-grid.ts';
import { phaseFeatures, phasesPerBeat } from '../../apps/audio/src/analysis/music/beat-phase.ts';
import { ChromaExtractor } from '../../apps/audio/src/analysis/music/chroma-extractor.ts';
import { keyCandidates, type Mode } from '../../apps/audio/src/analysis/music/key.ts';
import { metreFeatures } from '../../apps/audio/src/analysis/music/metre-features.ts';
import { OnsetBands } from '../../apps/audio/src/analysis/music/onset-bands.ts';
import { pulseCurves, type VoiceEnvelopes, voiceEnvelopes } from '../../apps/audio/src/analysis/music/pulse-curves.ts';
import { tempoCandidates } from '../../apps/audio/src/analysis/music/tempo-candidates.ts';
import { cadence } from '../../libs/testing/src/synth/cadence.ts';
import { seededRandom } from '../../libs/testing/src/synth/random.ts';
import { pulseTrack } from './pulse-track.ts';
import { type RandomTrack, randomTrack } from './random-track.ts';
import { renderedSamples } from './songs/render-song.ts';
import { writeSong } from './songs/song-writer.ts';
import type { Example } from './train-weights.ts';

/** A piece with known tempo, beats and key; `tonal` when it has a key. */
export type Piece = Omit<RandomTrack, 'name'>;
export type Source = 'tracks' | 'pulses' | 'songs' | 'cadences';

/** Training examples of one piece. */
export interface ExampleSet {
  readonly metre?: Example;
  readonly phase?: Example;
  readonly key?: Example;
}

const sampleRateHz = 22050;
const rounded = (rows: readonly (readonly number[])[]) => rows.map((row) => row.map((value) => Number(value.toFixed(4))));

const pieces: Readonly<Record<Source, (seed: number) => Piece>> = {
  tracks: (seed) => randomTrack(seed, seededRandom(seed)() < 0.15 ? 9 : 20),
  pulses: (seed) => pulseTrack(seed, 15),
  songs: renderedSong,
  cadences: shortCadence,
};

/** Examples from the piece with this seed. */
export function exampleSetOf(source: Source, seed: number): ExampleSet {
  const piece = pieces[source](seed);
  const key = piece.tonal ? { key: keyExample(piece) } : {};
  return source === 'cadences' ? key : { ...rhythmExamples(piece), ...key };
}

function rhythmExamples(piece: Piece): ExampleSet {
  const onsets = new OnsetBands(sampleRateHz, false);
  onsets.push(piece.samples);
  onsets.finish();
  const envelopes = voiceEnvelopes(onsets.rises, onsets.frameRateHz);
  const pulses = pulseCurves(envelopes, onsets.frameRateHz);
  const candidates = tempoCandidates(pulses);
  const metre = {
    rows: rounded(candidates.map((bpm) => metreFeatures(pulses, bpm))),
    right: candidates.map((bpm) => Math.abs(bpm / piece.bpm - 1) < 0.035),
  };
  return { metre, phase: phaseExample(piece, envelopes, onsets.frameRateHz) };
}

/** Given the true tempo, phases within 0.75 twelfths of the true one are correct. */
function phaseExample(piece: Piece, envelopes: VoiceEnvelopes, frameRateHz: number): Example {
  const { frames, periodFrames } = pulseFrames(envelopes, frameRateHz, piece.bpm);
  const truth = ((piece.beats[0]! * frameRateHz - frames[0]!) / periodFrames) * phasesPerBeat;
  return {
    rows: rounded(phaseFeatures(envelopes, frames)),
    right: Array.from({ length: phasesPerBeat }, (_, phase) => {
      const apart = (((truth - phase) % phasesPerBeat) + phasesPerBeat) % phasesPerBeat;
      return Math.min(apart, phasesPerBeat - apart) < 0.75;
    }),
  };
}

function keyExample({ samples, tonic, mode }: Piece): Example {
  const tones = new ChromaExtractor(sampleRateHz);
  tones.push(samples);
  tones.finish();
  const candidates = keyCandidates(tones);
  return {
    rows: rounded(candidates.map(({ features }) => features)),
    right: candidates.map((one) => one.tonic === tonic && one.mode === mode),
  };
}

/** A song of the training split; one in six starts in the middle. */
function renderedSong(seed: number): Piece {
  const song = writeSong(seed, 'train', 26);
  const samples = renderedSamples(song, 'train', seed % 5 === 0 ? seed : 0);
  const cutSeconds = seed % 6 === 0 ? (seed % 97) / 20 : 0;
  return {
    ...song,
    beats: song.beats.map((beat) => beat - cutSeconds).filter((beat) => beat > 0),
    tonal: true,
    samples: samples.subarray(Math.round(cutSeconds * sampleRateHz)),
  };
}

/** A chord progression in a known key, optionally with bass and drums. */
function shortCadence(seed: number): Piece {
  const random = seededRandom(seed * 31 + 7);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
  const [tonic, mode] = [seed % 12, pick<Mode>(['major', 'minor'])];
  const samples = cadence({
    tonic,
    mode,
    timbre: pick(['sine', 'saw', 'square', 'organ', 'plucked', 'pad', 'piano'] as const),
    degrees: pick([[1, 4, 5, 1] as const, [1, 6, 4, 5, 1] as const, [1, 5, 1] as const, [1, 4, 1, 5, 1] as const, [1, 6, 3, 7] as const]),
    detuneCents: random() < 0.5 ? 70 * random() - 35 : 0,
    bass: random() < 0.5,
    drums: random() < 0.3,
  });
  return { bpm: 110, beats: [], tonic, mode, tonal: true, samples };
}
