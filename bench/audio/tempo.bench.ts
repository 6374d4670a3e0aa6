/**
 * Accuracy of tempo, beats and key on synthesised pieces outside the training set, compared with aubio, bpm-tools and soundstretch if installed.
 *
 *   node --conditions=source bench/audio/tempo.bench.ts [PIECES]
 *
 * Acc1: within 4 % of the tempo; Acc2: also of its half, third, double or triple; exact: within 0.2 %. CPU: CPU seconds per
 * minute of audio, ours in this process without decoding, a peer's including process start and reading of a WAV file.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { keyNames } from '../../apps/audio/src/analysis/music/key.ts';
import { type AnalysisProfile, type MusicAnalysis, MusicAnalyzer } from '../../apps/audio/src/analysis/music/music-analyzer.ts';
import { cadence } from '../../libs/testing/src/synth/cadence.ts';
import { noiseTracks } from './noise-tracks.ts';
import { installedPeers, measurePeers } from './peers.ts';
import { type RandomTrack, randomTrack } from './random-track.ts';

const firstSeed = 1;
const pieces = Number(process.argv[2] ?? 80);
const secondsEach = 30;
const tools = new Map<string, Tally>();

interface Tally {
  acc1: number;
  acc2: number;
  exact: number;
  asked: number;
  fooled: number;
  cpuSeconds: number;
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
const percent = (share: number) => `${(100 * share).toFixed(1)} %`;

function tallyOf(name: string): Tally {
  const tally = tools.get(name) ?? { acc1: 0, acc2: 0, exact: 0, asked: 0, fooled: 0, cpuSeconds: 0 };
  tools.set(name, tally);
  return tally;
}

function judge(name: string, truth: number, bpm: number | null, cpuSeconds: number): void {
  const tally = tallyOf(name);
  const within = (factor: number, share: number) => Math.abs((bpm ?? 0) / truth / factor - 1) <= share;
  tally.asked++;
  tally.acc1 += Number(within(1, 0.04));
  tally.acc2 += Number([1, 2, 3, 1 / 2, 1 / 3].some((factor) => within(factor, 0.04)));
  tally.exact += Number(within(1, 0.002));
  tally.cpuSeconds += cpuSeconds;
}

function listen(samples: Float32Array, profile: AnalysisProfile): { found: MusicAnalysis; cpuSeconds: number } {
  const start = process.cpuUsage();
  const analyzer = new MusicAnalyzer({ profile });
  analyzer.push(samples);
  const found = analyzer.finish();
  const { user, system } = process.cpuUsage(start);
  return { found, cpuSeconds: (user + system) / 1e6 };
}

/** F-measure within 70 ms, as in MIREX. */
function beatScore(found: readonly number[], { beats }: RandomTrack): number {
  const heard = found.filter((beat) => beat > beats[0]! - 0.07);
  const hits = beats.filter((beat) => heard.some((other) => Math.abs(other - beat) <= 0.07)).length;
  return (2 * hits) / (heard.length + beats.length);
}

function benchKeys(): void {
  for (const timbre of ['sine', 'saw', 'plucked', 'piano', 'square'] as const) {
    const right = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11].flatMap((tonic) =>
      (['major', 'minor'] as const).map((mode) => {
        const { found } = listen(cadence({ tonic, mode, timbre, bass: true, drums: tonic % 2 === 0, detuneCents: tonic * 5 - 27 }), 'full');
        return Number(found.key === keyNames[tonic] && found.mode === mode);
      }),
    );
    console.log(`key   ${timbre.padEnd(12)} ${sum(right)} of ${right.length} cadences`);
  }
}

const folder = mkdtempSync(join(tmpdir(), 'rafaga-bench-'));
try {
  const installed = installedPeers();
  const scores: number[] = [];
  listen(randomTrack(firstSeed, secondsEach).samples, 'full'); // JIT warm-up
  for (let i = 0; i < pieces; i++) {
    const track = randomTrack(firstSeed + i, secondsEach);
    const { found, cpuSeconds } = listen(track.samples, 'tempo');
    judge('ours tempo', track.bpm, found.bpm, cpuSeconds);
    scores.push(beatScore(found.beats, track));
    const full = listen(track.samples, 'full');
    judge('ours full', track.bpm, full.found.bpm, full.cpuSeconds);
    for (const { peer, answer } of measurePeers(installed, track.samples, join(folder, 'piece.wav'))) {
      judge(peer.name, track.bpm, answer.bpm, answer.cpuSeconds);
    }
  }
  const noises = noiseTracks(20);
  for (const { samples } of noises) {
    tallyOf('ours tempo').fooled += Number(listen(samples, 'tempo').found.bpm !== null);
    for (const { peer, answer } of measurePeers(installed, samples, join(folder, 'noise.wav')))
      tallyOf(peer.name).fooled += Number((answer.bpm ?? 0) > 0);
  }
  const ours = tallyOf('ours tempo');
  for (const [name, tally] of tools) {
    const cpu = tally.cpuSeconds / ((tally.asked * secondsEach) / 60);
    const line = [
      `Acc1 ${percent(tally.acc1 / tally.asked)}`,
      `Acc2 ${percent(tally.acc2 / tally.asked)}`,
      `exact ${percent(tally.exact / tally.asked)}`,
      `CPU ${cpu.toFixed(3)} s/min (${(tally.cpuSeconds / ours.cpuSeconds).toFixed(1)} x ours)`,
      ...(name === 'ours full' ? [] : [`a tempo for ${tally.fooled} of ${noises.length} that have none`]),
    ];
    console.log(`tempo ${name.padEnd(12)} ${line.join(', ')}`);
  }
  console.log(`beats ours         F-measure ${(sum(scores) / scores.length).toFixed(3)} over all ${pieces} pieces, wrong tempi included`);
  benchKeys();
} finally {
  rmSync(folder, { recursive: true });
}
