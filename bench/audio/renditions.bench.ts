/**
 * CPU time and memory of renditions against the bare ffmpeg command, from a synthesised stereo song.
 *
 *   npm run bench -- audio/renditions [SECONDS] [HOURS]
 *
 * HOURS is the length of the file whose memory is compared with that of a file of one minute: the peak of ffmpeg, which holds the samples.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { audioFormats } from '#contracts';
import { ffmpegTools } from '#media';
import { inspectMedia } from '../../apps/audio/src/media/inspect-media.ts';
import { encodeRenditions, type OpenedSource, openSource } from '../../apps/audio/src/renditions/encode-rendition.ts';
import { possibleLevels } from '../../apps/audio/src/renditions/encoding-plan.ts';
import { encodeStream } from '../../apps/audio/src/streams/encode-stream.ts';
import { planStream } from '../../apps/audio/src/streams/stream-plan.ts';
import { encodeWav, writeWav } from '../../libs/testing/src/synth/wav.ts';
import { randomTrack } from './random-track.ts';
import { report, spentBy } from './spent-cpu.ts';

const [seconds, hours] = [Number(process.argv[2] ?? 180), Number(process.argv[3] ?? 3)];
const ffmpegPath = process.env.FFMPEG_PATH ?? 'ffmpeg';
const tools = ffmpegTools(ffmpegPath);
const options = { tools, timeoutMs: 3_600_000 };

const folder = mkdtempSync(join(tmpdir(), 'rafaga-bench-'));
const ffmpeg = (...args: readonly string[]) => {
  const { status, stderr } = spawnSync(ffmpegPath, ['-nostdin', '-y', '-loglevel', 'error', ...args], { encoding: 'utf8', cwd: folder });
  if (status !== 0) throw new Error(stderr);
};
const opened = async (path: string) => openSource(path, await inspectMedia(path, tools), options);
const scratch = (name: string) => {
  mkdirSync(join(folder, name), { recursive: true });
  return join(folder, name);
};

/** The least of three rounds, each in turn: what else runs disturbs both alike. */
async function leastOf(...works: readonly (() => unknown)[]): Promise<number[]> {
  const least = works.map(() => Number.POSITIVE_INFINITY);
  for (let round = 0; round < 3; round++)
    for (const [at, work] of works.entries()) least[at] = Math.min(least[at]!, (await spentBy(work)).cpuSeconds);
  return least;
}

async function againstBareCommand(source: OpenedSource): Promise<void> {
  const bare = ['-i', source.path, '-map', '0:a:0', '-map_metadata', '0', '-threads', '1'];
  const commands = {
    mp3: ['-c:a', 'libmp3lame', '-b:a', '128k', 'bare.mp3'],
    opus: ['-c:a', 'libopus', '-b:a', '96k', 'bare.opus'],
    m4a: ['-c:a', 'aac', '-b:a', '128k', '-movflags', '+faststart', 'bare.m4a'],
  } as const;
  for (const [format, command] of Object.entries(commands)) {
    const request = {
      levels: ['medium'],
      format: format as keyof typeof commands,
      loudness: undefined,
      folder: scratch('single'),
    } as const;
    const [plain, ours] = await leastOf(
      () => ffmpeg(...bare, ...command),
      () => encodeRenditions(source, request, options),
    );
    report(`${format} medium: rendition by bare command, with probing it`, ours! / plain!, 'x', { atMost: 1.05 });
  }
}

/** Each job opens the source anew; levels that wait at the same time are encoded by one job. */
async function levelsOfAFormat(path: string): Promise<void> {
  for (const format of audioFormats) {
    const levels = possibleLevels('flac', format);
    const encode = async (some: typeof levels) =>
      encodeRenditions(await opened(path), { levels: some, format, loudness: undefined, folder: scratch('levels') }, options);
    const [together, ...single] = await leastOf(() => encode(levels), ...levels.map((level) => () => encode([level])));
    const sum = single.reduce((total, each) => total + each, 0);
    report(`${format}: ${levels.length} levels from one decode by the sum of single runs`, together! / sum, 'x', { atMost: 0.9 });
  }
}

/** The levels of an HLS stream come from one decode. */
async function levelsFromOneDecode(source: OpenedSource): Promise<void> {
  const plan = planStream(source.sound, seconds);
  const drop = { init: async () => undefined, segment: async () => undefined };
  const one = (variants: typeof plan.variants) => encodeStream(source, { ...plan, variants }, () => drop, options);
  const [together, ...single] = await leastOf(() => one(plan.variants), ...plan.variants.map((variant) => () => one([variant])));
  const sum = single.reduce((total, each) => total + each, 0);
  report(`stream: ${plan.variants.length} levels from one decode by the sum of single runs`, together! / sum, 'x', { atMost: 0.9 });
}

/** A sparse WAV file of 16 kHz: it costs no time to make. */
function silence(name: string, lengthSeconds: number): string {
  const path = join(folder, name);
  const header = encodeWav([new Float32Array(0)], 16_000);
  header.writeUInt32LE(32_000 * lengthSeconds, header.length - 4);
  writeFileSync(path, header);
  truncateSync(path, header.length + 32_000 * lengthSeconds);
  return path;
}

/** Peak memory of the encoder in KiB, as the kernel reports it. */
function peakOf(path: string): number {
  const command = [
    '-nostdin',
    '-y',
    '-loglevel',
    'error',
    '-i',
    path,
    '-map',
    '0:a:0',
    '-c:a',
    'libmp3lame',
    '-b:a',
    '48k',
    '-f',
    'null',
    '-',
  ];
  const program = `const { spawn } = require('node:child_process'); const { readFileSync } = require('node:fs');
    const child = spawn(${JSON.stringify(ffmpegPath)}, ${JSON.stringify(command)}); let peak = 0;
    const look = setInterval(() => { try { peak = Math.max(peak, Number(/VmHWM:\\s+(\\d+)/.exec(readFileSync('/proc/' + child.pid + '/status', 'utf8'))?.[1] ?? 0)); } catch {} }, 20);
    child.on('close', () => { clearInterval(look); console.log(peak); });`;
  return Number(spawnSync(process.execPath, ['-e', program], { encoding: 'utf8' }).stdout);
}

try {
  const samples = randomTrack(500, seconds).samples;
  writeWav(join(folder, 'song.wav'), [samples, samples.map((sample, at) => 0.5 * sample + 0.5 * (samples[at - 7] ?? 0))], 22_050);
  ffmpeg('-i', 'song.wav', '-ar', '44100', '-c:a', 'flac', 'song.flac');
  const source = await opened(join(folder, 'song.flac'));
  await againstBareCommand(source);
  await levelsOfAFormat(source.path);
  await levelsFromOneDecode(source);
  const [short, long] = [peakOf(silence('minute.wav', 60)), peakOf(silence('hours.wav', 3_600 * hours))];
  report(`peak memory of the encoder, 1 minute`, short / 1_024, 'MiB');
  report(`peak memory of the encoder, ${hours} hours by 1 minute`, long / short, 'x', { atMost: 1.2 });
} finally {
  rmSync(folder, { recursive: true });
}
