/**
 * Accuracy of tempo, beats and key on generated songs, rendered by fluidsynth and lossy encoders, compared with the peers that are
 * installed. Patterns, instruments and sound font are separate from the training set.
 *
 *   node --conditions=source bench/audio/songs.bench.ts [SONGS]      (packages fluidsynth and fluid-soundfont-gm of Debian)
 *
 * Prints a line per style, then the totals. Acc1: within 4 % of the tempo; Acc2: also of its half, third, double or triple.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { keyNames } from '../../apps/audio/src/analysis/music/key.ts';
import { MusicAnalyzer } from '../../apps/audio/src/analysis/music/music-analyzer.ts';
import { installedPeers, measurePeers } from './peers.ts';
import { renderedSamples } from './songs/render-song.ts';
import { type WrittenSong, writeSong } from './songs/song-writer.ts';

interface Answer {
  readonly tool: string;
  readonly song: WrittenSong;
  readonly bpm: number | null;
}

const songs = Number(process.argv[2] ?? 152);
const secondsEach = 36;
const firstSeed = 0;
const answers: Answer[] = [];
let keysRight = 0;
const beatScores: number[] = [];
const sure: { right: boolean; confidence: number }[] = [];

const within = (bpm: number | null, truth: number, factors: readonly number[]) =>
  factors.some((factor) => Math.abs((bpm ?? 0) / truth / factor - 1) <= 0.04);
const share = (list: readonly Answer[], factors: readonly number[]) =>
  (100 * list.filter(({ bpm, song }) => within(bpm, song.bpm, factors)).length) / list.length;

function judge(song: WrittenSong, samples: Float32Array): void {
  const analyzer = new MusicAnalyzer({ profile: 'full' });
  analyzer.push(samples);
  const found = analyzer.finish();
  answers.push({ tool: 'ours', song, bpm: found.bpm });
  sure.push({ right: within(found.bpm, song.bpm, [1]), confidence: found.confidence });
  keysRight += Number(found.key === keyNames[song.tonic] && found.mode === song.mode);
  beatScores.push(beatScore(found.beats, song.beats));
}

/** F-measure of the true beats within 70 ms, as in MIREX. */
function beatScore(found: readonly number[], beats: readonly number[]): number {
  const heard = found.filter((beat) => beat > beats[0]! - 0.07 && beat < beats.at(-1)! + 0.07);
  const hits = beats.filter((beat) => heard.some((other) => Math.abs(other - beat) <= 0.07)).length;
  return (2 * hits) / (heard.length + beats.length);
}

/** Area under the ROC curve: probability that a correct result has a higher confidence than a wrong one. */
function confidenceAuc(): number {
  const [right, wrong] = [sure.filter((one) => one.right), sure.filter((one) => !one.right)];
  const higher = right.flatMap((a) => wrong.map((b) => (a.confidence > b.confidence ? 1 : a.confidence === b.confidence ? 0.5 : 0)));
  return higher.reduce<number>((sum, one) => sum + one, 0) / Math.max(1, higher.length);
}

function report(): void {
  const tools = [...new Set(answers.map(({ tool }) => tool))];
  for (const style of new Set(answers.map(({ song }) => song.style))) {
    const line = tools.map((tool) => {
      const own = answers.filter((answer) => answer.tool === tool && answer.song.style === style);
      return `${tool} ${own.filter(({ bpm, song }) => within(bpm, song.bpm, [1])).length}/${own.length}`;
    });
    console.log(`${style.padEnd(18)} ${line.join('  ')}`);
  }
  for (const tool of tools) {
    const own = answers.filter((answer) => answer.tool === tool);
    const acc2 = share(own, [1, 2, 3, 1 / 2, 1 / 3]);
    console.log(`songs ${tool.padEnd(12)} Acc1 ${share(own, [1]).toFixed(1)} %, Acc2 ${acc2.toFixed(1)} % of ${own.length}`);
  }
  const beats = beatScores.reduce((sum, score) => sum + score, 0) / beatScores.length;
  console.log(
    `songs ours: key right ${keysRight} of ${songs}, beats F ${beats.toFixed(3)}, AUC of confidence ${confidenceAuc().toFixed(3)}`,
  );
}

const folder = mkdtempSync(join(tmpdir(), 'rafaga-bench-'));
try {
  const installed = installedPeers();
  for (let seed = firstSeed; seed < firstSeed + songs; seed++) {
    const song = writeSong(seed, 'test', secondsEach);
    const samples = renderedSamples(song, 'test', seed);
    judge(song, samples);
    for (const { peer, answer } of measurePeers(installed, samples, join(folder, 'song.wav')))
      answers.push({ tool: peer.name, song, bpm: answer.bpm });
  }
  report();
} finally {
  rmSync(folder, { recursive: true });
}
