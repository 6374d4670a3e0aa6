/**
 * Fits the three small networks that judge metre (metre-weights.ts), the place of the beat (phase-weights.ts) and the key
 * (key-weights.ts) in apps/audio/src/analysis/music, on pieces whose seeds no bench or test uses.
 *
 *   node --conditions=source bench/audio/train.ts collect SOURCE FROM COUNT STEP FILE   COUNT pieces, every STEPth seed
 *   node --conditions=source bench/audio/train.ts fit [--check] metre|phase|key FILE…
 *
 * SOURCE is tracks, pulses or cadences, which are synthesised here, or songs, which `fluidsynth` plays (packages fluidsynth and
 * timgm6mb-soundfont of Debian). `fit` writes the weights; with --check it holds every fourth piece back and only prints how it
 * fares on those, file by file.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { type MetreModel, metreScore } from '../../apps/audio/src/analysis/music/metre-model.ts';
import { type Example, WeightTrainer } from './train-weights.ts';
import { type ExampleSet, exampleSetOf, type Source } from './training-set.ts';

const hiddenUnits = { metre: 24, phase: 16, key: 6 } as const;
type Subject = keyof typeof hiddenUnits;

function accuracy(model: MetreModel, examples: readonly Example[]): number {
  const hits = examples.filter(({ rows, right }) => {
    const scores = rows.map((row) => metreScore(model, row));
    return right[scores.indexOf(Math.max(...scores))];
  });
  return hits.length / examples.length;
}

function collect([source, from, count, step, file]: readonly string[]): void {
  const seeds = Array.from({ length: Number(count) }, (_, i) => Number(from) + i * Number(step));
  writeFileSync(file!, JSON.stringify(seeds.map((seed) => exampleSetOf(source as Source, seed))));
}

function learn(subject: Subject, files: readonly string[], check: boolean): void {
  const books = files.map((file) => ({ file, examples: examplesIn(file, subject) }));
  const known = books.flatMap(({ examples }) => examples.filter((_, i) => !check || i % 4 !== 0));
  const trainer = new WeightTrainer(known, hiddenUnits[subject]);
  trainer.fit(known);
  for (const { file, examples } of books) {
    const asked = examples.filter((_, i) => !check || i % 4 === 0);
    console.log(`${subject} ${file}: ${(100 * accuracy(trainer.model, asked)).toFixed(1)} % of ${asked.length}`);
  }
  if (!check) write(subject, trainer.model, known.length);
}

function examplesIn(file: string, subject: Subject): Example[] {
  const exampleSets = JSON.parse(readFileSync(file, 'utf8')) as ExampleSet[];
  return exampleSets.flatMap((exampleSet) => exampleSet[subject] ?? []);
}

function write(subject: Subject, model: MetreModel, pieces: number): void {
  const text = `// biome-ignore-all lint/suspicious/noApproximativeNumericConstant: these are weights, whatever they happen to be near
import type { MetreModel } from './metre-model.ts';

/** Made by bench/audio/train.ts from ${pieces} synthesised pieces; not written by hand. */
export const ${subject}Weights: MetreModel = ${JSON.stringify(model)};
`;
  writeFileSync(new URL(`../../apps/audio/src/analysis/music/${subject}-weights.ts`, import.meta.url), text);
}

const [mode, ...rest] = process.argv.slice(2);
const words = rest.filter((word) => !word.startsWith('--'));
if (mode === 'collect') collect(words);
else learn(words[0] as Subject, words.slice(1), rest.includes('--check'));
