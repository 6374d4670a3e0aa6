/**
 * CPU time of the analysis, decode included, on synthesised songs as WAV files of 44.1 kHz.
 *
 *   npm run bench -- audio/cost [SONGS] [SECONDS]      (aubiotrack of Debian's aubio-tools is compared where it is installed)
 *
 * CPU time of this process and of ffmpeg, in seconds for each minute of audio, in a warm process. The wall-clock rows say something on an idle
 * machine only. The last row starts what the last build made, from the start of Node to the first decoded sample.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AnalysisProfile, MusicAnalyzer } from '../../apps/audio/src/analysis/music/music-analyzer.ts';
import { analyzeAudio } from '../../apps/audio/src/analysis/pipeline/analyze-audio.ts';
import { writeWav } from '../../libs/testing/src/synth/wav.ts';
import { installedPeers, measurePeer } from './peers.ts';
import { randomTrack } from './random-track.ts';
import { report, spentBy } from './spent-cpu.ts';

const [songs, secondsEach] = [Number(process.argv[2] ?? 30), Number(process.argv[3] ?? 60)];
const minutes = (songs * secondsEach) / 60;
const ffmpegPath = process.env.FFMPEG_PATH ?? 'ffmpeg';
/** Of aubiotrack, measured over 30 songs on the machine of the project when it was last installed there. */
const lastKnownAubioSeconds = 0.205;

const twice = (samples: Float32Array) => Float32Array.from({ length: 2 * samples.length }, (_, at) => samples[at >> 1]!);

const folder = mkdtempSync(join(tmpdir(), 'rafaga-bench-'));
try {
  const tracks = Array.from({ length: songs }, (_, seed) => randomTrack(500 + seed, secondsEach).samples);
  const files = tracks.map((samples, at) => {
    const path = join(folder, `${at}.wav`);
    writeWav(path, [twice(samples)], 2 * MusicAnalyzer.sampleRateHz);
    return path;
  });
  const analyzeAll = (profile: AnalysisProfile, paths = files) =>
    spentBy(async () => {
      for (const path of paths) await analyzeAudio(path, { profile, ffmpegPath, demuxers: ['wav'] });
    });
  for (const profile of ['tempo', 'full'] as const) await analyzeAll(profile, files.slice(0, 3)); // JIT
  console.log(`${songs} songs of ${secondsEach} s, load ${loadavg()[0]!.toFixed(1)}`);
  reportAnalyses({ tempo: await analyzeAll('tempo'), full: await analyzeAll('full') });
  await reportOwnPart(tracks);
  reportStart(files[0]!);
} finally {
  rmSync(folder, { recursive: true });
}

type Spent = Awaited<ReturnType<typeof spentBy>>;

function reportAnalyses({ tempo, full }: { readonly tempo: Spent; readonly full: Spent }): void {
  const aubio = installedPeers().find(({ name }) => name === 'aubiotrack');
  const seconds = (path: string) => measurePeer(aubio!, path).cpuSeconds;
  const peer = aubio
    ? Array.from({ length: songs }, (_, at) => seconds(join(folder, `${at}.wav`))).reduce((sum, one) => sum + one, 0) / minutes
    : lastKnownAubioSeconds;
  report(aubio ? 'aubiotrack' : 'aubiotrack (not installed: the last known figure)', peer, 'CPU s/min');
  report('tempo profile', tempo.cpuSeconds / minutes, 'CPU s/min');
  report('tempo profile by aubiotrack', tempo.cpuSeconds / minutes / peer, 'x', { atMost: 1 });
  report('full profile without fingerprint', full.cpuSeconds / minutes, 'CPU s/min', { atMost: 0.4 });
  report('CPU by wall-clock time, full profile', full.cpuSeconds / full.wallSeconds, 'x', { atLeast: 1.6 });
}

async function reportOwnPart(tracks: readonly Float32Array[]): Promise<void> {
  for (const profile of ['tempo', 'full'] as const) {
    const own = await spentBy(() => {
      for (const samples of tracks) {
        const analyzer = new MusicAnalyzer({ profile });
        analyzer.push(samples);
        analyzer.finish();
      }
    });
    report(`own signal processing, ${profile} profile`, own.cpuSeconds / minutes, 'CPU s/min', profile === 'tempo' ? { atMost: 0.05 } : {});
  }
}

/** The second start reads the compile cache that the first one has written. */
function reportStart(path: string): void {
  const program = `
    const { enableCompileCache } = await import('node:module');
    enableCompileCache(${JSON.stringify(join(folder, 'compiled'))});
    const { decodeSound } = await import(${JSON.stringify(new URL('../../dist/apps/audio/src/analysis/pipeline/decode.js', import.meta.url).href)});
    const stop = new Error('first sample');
    const mono = () => { throw stop; };
    await decodeSound(process.argv[1], { mono, monoRateHz: 22050 }, { ffmpegPath: ${JSON.stringify(ffmpegPath)}, timeoutMs: 60000, demuxers: ['wav'] }).catch((error) => {
      if (error !== stop) throw error;
    });`;
  const script = '"$1" --input-type=module -e "$2" "$3"; times';
  const start = () => spawnSync('bash', ['-c', script, 'bash', process.execPath, program, path], { encoding: 'utf8' });
  start();
  const { stdout, stderr } = start();
  const spent = [...(stdout.trim().split('\n').at(-1) ?? '').matchAll(/(\d+)m([\d.]+)s/g)];
  if (spent.length !== 2 || stderr !== '') throw new Error(stderr);
  const seconds = spent.reduce((sum, [, min, sec]) => sum + 60 * Number(min) + Number(sec), 0);
  report('from the start of Node to the first decoded sample', seconds, 'CPU s', { atMost: 0.35 });
}
