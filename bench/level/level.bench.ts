/** Compares the loudness meter with ffmpeg's ebur128 on each recording, and measures the CPU time per minute of audio. `node --conditions=source bench/level/level.bench.ts` */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { channelRoles } from '../../apps/audio/src/analysis/level/channels.ts';
import { type Levels, LoudnessMeter } from '../../apps/audio/src/analysis/level/loudness-meter.ts';
import { type DecodedSound, decode, ebur128, record } from '../../apps/audio/src/analysis/level/testing/ffmpeg-meter.ts';
import { recordings } from '../../apps/audio/src/analysis/level/testing/recordings.ts';

const CHUNK = 16_384;

function measure({ samples, channels, sampleRateHz, channelMask }: DecodedSound): Levels {
  const meter = new LoudnessMeter({ sampleRateHz, channelLayout: channelRoles(channels, channelMask) });
  for (let from = 0; from < samples.length; from += CHUNK * channels) meter.push(samples.subarray(from, from + CHUNK * channels));
  return meter.finish();
}

function cpuSecondsOf(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

const difference = (ours: number | null, theirs: number | null) =>
  ours === null || theirs === null ? `${ours}/${theirs}` : (ours - theirs).toFixed(2);

function row(name: string, path: string): Record<string, unknown> {
  const sound = decode(path);
  const [ours, theirs] = [measure(sound), ebur128(path)];
  const minutes = sound.samples.length / sound.channels / sound.sampleRateHz / 60;
  const seconds = Math.min(...[1, 2, 3].map(() => cpuSecondsOf(() => measure(sound))));
  return {
    recording: name,
    LUFS: ours.loudnessLufs?.toFixed(2),
    'Δ LU': difference(ours.loudnessLufs, theirs.loudnessLufs),
    'Δ LRA': difference(ours.loudnessRangeLu, theirs.loudnessRangeLu),
    'Δ dBTP': difference(ours.truePeakDbtp, theirs.truePeakDbtp),
    'CPU s/min': (seconds / minutes).toFixed(3),
  };
}

const directory = mkdtempSync(join(tmpdir(), 'level-bench-'));
try {
  console.table(recordings.map((recording) => row(recording.name, record(recording, directory))));
} finally {
  rmSync(directory, { recursive: true });
}
