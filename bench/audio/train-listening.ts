/**
 * Fits the two small networks that judge metre (metre-weights.ts) and the place of the beat (phase-weights.ts) in
 * apps/audio/src/analysis/music, on pieces whose seeds no bench or test uses.
 *
 *   node --conditions=source bench/audio/train-listening.ts collect FROM COUNT STEP FILE   lessons of COUNT pieces, every STEPth seed
 *   node --conditions=source bench/audio/train-listening.ts fit [--check] [--metre|--phase] FILE…
 *
 * `fit` writes the weights; with --check it holds every fourth piece back and only prints how it fares on those.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { pulseFrames } from '../../apps/audio/src/analysis/music/beat-grid.ts';
import { phaseFeatures, phasesPerBeat } from '../../apps/audio/src/analysis/music/beat-phase.ts';
import { metreFeatures } from '../../apps/audio/src/analysis/music/metre-features.ts';
import { type MetreModel, metreScore } from '../../apps/audio/src/analysis/music/metre-model.ts';
import { OnsetBands } from '../../apps/audio/src/analysis/music/onset-bands.ts';
import { pulseCurves, type VoiceEnvelopes, voiceEnvelopes } from '../../apps/audio/src/analysis/music/pulse-curves.ts';
import { tempoCandidates } from '../../apps/audio/src/analysis/music/tempo-candidates.ts';
import { seededRandom } from '../../libs/testing/src/synth/random.ts';
import { type Example, Fitter } from './fitter.ts';
import { type RandomTrack, randomTrack } from './random-track.ts';

/** What one piece teaches. */
interface Lesson {
  readonly metre: Example;
  readonly phase: Example;
}

const rounded = (rows: number[][]) => rows.map((row) => row.map((value) => Number(value.toFixed(4))));

function lessonOf(seed: number): Lesson {
  const track = randomTrack(seed, seededRandom(seed)() < 0.15 ? 9 : 20);
  const onsets = new OnsetBands(22050, false);
  onsets.push(track.samples);
  onsets.finish();
  const envelopes = voiceEnvelopes(onsets.rises, onsets.frameRateHz);
  const pulses = pulseCurves(envelopes, onsets.frameRateHz);
  const candidates = tempoCandidates(pulses);
  return {
    metre: {
      rows: rounded(candidates.map((bpm) => metreFeatures(pulses, bpm))),
      right: candidates.map((bpm) => Math.abs(bpm / track.bpm - 1) < 0.035),
    },
    phase: phaseLesson(track, envelopes, onsets.frameRateHz),
  };
}

/** Given the true tempo, the twelfths of the beat within a twelfth of the true one are right. */
function phaseLesson(track: RandomTrack, envelopes: VoiceEnvelopes, frameRateHz: number): Example {
  const { frames, periodFrames } = pulseFrames(envelopes, frameRateHz, track.bpm);
  const truth = ((track.beats[0]! * frameRateHz - frames[0]!) / periodFrames) * phasesPerBeat;
  return {
    rows: rounded(phaseFeatures(envelopes, frames)),
    right: Array.from({ length: phasesPerBeat }, (_, phase) => {
      const apart = (((truth - phase) % phasesPerBeat) + phasesPerBeat) % phasesPerBeat;
      return Math.min(apart, phasesPerBeat - apart) < 0.75;
    }),
  };
}

function accuracy(model: MetreModel, examples: readonly Example[]): number {
  const hits = examples.filter(({ rows, right }) => {
    const scores = rows.map((row) => metreScore(model, row));
    return right[scores.indexOf(Math.max(...scores))];
  });
  return hits.length / examples.length;
}

function learn(examples: readonly Example[], hiddenUnits: number, name: string, check: boolean): void {
  const known = check ? examples.filter((_, i) => i % 4 !== 0) : examples;
  const held = examples.filter((_, i) => i % 4 === 0);
  const fitter = new Fitter(known, hiddenUnits);
  fitter.fit(known);
  console.log({ name, pieces: known.length, known: accuracy(fitter.model, known), held: check ? accuracy(fitter.model, held) : null });
  if (check) return;
  const text = `// biome-ignore-all lint/suspicious/noApproximativeNumericConstant: these are weights, whatever they happen to be near\nimport type { MetreModel } from './metre-model.ts';\n\n/** Made by bench/audio/train-listening.ts from ${known.length} synthesised pieces; not written by hand. */\nexport const ${name}Weights: MetreModel = ${JSON.stringify(fitter.model)};\n`;
  writeFileSync(new URL(`../../apps/audio/src/analysis/music/${name}-weights.ts`, import.meta.url), text);
}

const [mode, ...rest] = process.argv.slice(2);
if (mode === 'collect') {
  const [from = 0, count = 0, step = 1] = rest.map(Number);
  writeFileSync(rest[3]!, JSON.stringify(Array.from({ length: count }, (_, i) => lessonOf(from + i * step))));
} else {
  const check = rest.includes('--check');
  const lessons = rest.filter((name) => !name.startsWith('--')).flatMap((name) => JSON.parse(readFileSync(name, 'utf8')) as Lesson[]);
  if (!rest.includes('--phase'))
    learn(
      lessons.map(({ metre }) => metre),
      24,
      'metre',
      check,
    );
  if (!rest.includes('--metre'))
    learn(
      lessons.map(({ phase }) => phase),
      12,
      'phase',
      check,
    );
}
