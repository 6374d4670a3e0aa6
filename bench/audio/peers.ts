import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { writeWav } from '../../libs/testing/src/synth/wav.ts';

/** A command-line tool that estimates tempi. */
export interface Peer {
  readonly name: string;
  /** Shell command that reads the 16-bit WAV file `$1`; `$1.f32` contains the same as 32-bit floats. */
  readonly script: string;
  /** Parses beats per minute from the tool's output; null for none. */
  readonly read: (output: string) => number | null;
}

export interface PeerResult {
  readonly bpm: number | null;
  /** User and system time of the script and its children. */
  readonly cpuSeconds: number;
}

const peers: readonly Peer[] = [
  { name: 'aubiotrack', script: 'aubiotrack -i "$1"', read: medianInterval },
  { name: 'bpm', script: 'tail -c +45 "$1.f32" | bpm', read: lastNumber },
  { name: 'soundstretch', script: 'soundstretch "$1" -bpm', read: detectedRate },
];

/** The installed peers. */
export function installedPeers(): Peer[] {
  return peers.filter(({ name }) => spawnSync('sh', ['-c', `command -v ${name}`]).status === 0);
}

/** Runs every peer on the same samples at 44.1 kHz, the rate they are designed for. */
export function measurePeers(selected: readonly Peer[], samples: Float32Array, path: string): { peer: Peer; answer: PeerResult }[] {
  const floats = `${path}.f32`;
  const doubled = Float32Array.from(
    { length: samples.length * 2 },
    (_, i) => (samples[i >> 1]! + samples[Math.min((i + 1) >> 1, samples.length - 1)]!) / 2,
  );
  writeWav(path, [doubled], 44_100);
  writeWav(floats, [doubled], 44_100, 'f32');
  try {
    return selected.map((peer) => ({ peer, answer: measurePeer(peer, path) }));
  } finally {
    rmSync(path);
    rmSync(floats);
  }
}

/** Runs a peer on a file; bash's `times` reports the CPU time of its children. */
export function measurePeer(peer: Peer, path: string): PeerResult {
  const run = spawnSync('bash', ['-c', `{ ${peer.script}; } 2>&1; echo; echo TIMES; times`, 'bash', path], {
    encoding: 'utf8',
    timeout: 20_000,
  });
  const [output = '', times = ''] = run.stdout.split('TIMES');
  const cpuSeconds = [
    ...times
      .trim()
      .split('\n')
      .at(-1)!
      .matchAll(/(\d+)m([\d.]+)s/g),
  ].reduce((sum, [, minutes, seconds]) => sum + Number(minutes) * 60 + Number(seconds), 0);
  return { bpm: peer.read(output), cpuSeconds };
}

/** The median beat interval is more accurate than the tool's own average. */
function medianInterval(output: string): number | null {
  const beats = output.split('\n').map(Number.parseFloat).filter(Number.isFinite);
  const intervals = beats.slice(1).map((beat, i) => beat - beats[i]!);
  const median = intervals.sort((a, b) => a - b)[intervals.length >> 1];
  return median ? 60 / median : null;
}

function lastNumber(output: string): number | null {
  const found = output.match(/[\d.]+/g)?.at(-1);
  return found ? Number(found) : null;
}

function detectedRate(output: string): number | null {
  const found = /Detected BPM rate ([\d.]+)/.exec(output)?.[1];
  return found ? Number(found) : null;
}
