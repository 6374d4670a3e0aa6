import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { writeWav } from '../../libs/testing/src/synth/wav.ts';

/** A command-line tool that tells tempi. */
export interface Peer {
  readonly name: string;
  /** Shell text that reads the WAV file `$1`, 16 bits, beside which lies the same as 32-bit floats. */
  readonly script: string;
  /** Reads beats per minute out of what the tool wrote; null for none. */
  readonly read: (output: string) => number | null;
}

export interface PeerAnswer {
  readonly bpm: number | null;
  /** User and system time of everything the script ran. */
  readonly cpuSeconds: number;
}

const peers: readonly Peer[] = [
  { name: 'aubiotrack', script: 'aubiotrack -i "$1"', read: medianInterval },
  { name: 'bpm', script: 'tail -c +45 "$1.f32" | bpm', read: lastNumber },
  { name: 'soundstretch', script: 'soundstretch "$1" -bpm', read: detectedRate },
];

/** The peers that are installed here. */
export function installedPeers(): Peer[] {
  return peers.filter(({ name }) => spawnSync('sh', ['-c', `command -v ${name}`]).status === 0);
}

/** Has every peer listen to the same samples, at 44.1 kHz, which is what they were made for. */
export function askPeers(asked: readonly Peer[], samples: Float32Array, path: string): { peer: Peer; answer: PeerAnswer }[] {
  const floats = `${path}.f32`;
  const doubled = Float32Array.from(
    { length: samples.length * 2 },
    (_, i) => (samples[i >> 1]! + samples[Math.min((i + 1) >> 1, samples.length - 1)]!) / 2,
  );
  writeWav(path, [doubled], 44_100);
  writeWav(floats, [doubled], 44_100, 'f32');
  try {
    return asked.map((peer) => ({ peer, answer: askPeer(peer, path) }));
  } finally {
    rmSync(path);
    rmSync(floats);
  }
}

/** Runs a peer on a file; bash's own `times` tells the processor time of its children. */
function askPeer(peer: Peer, path: string): PeerAnswer {
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

/** The tool averages badly; sixty over the median interval of its beats is its best reading. */
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
