import { spawnSync } from 'node:child_process';

/** A command-line tool that tells tempi. */
export interface Peer {
  readonly name: string;
  /** Shell text that reads the WAV file `$1`. */
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
  { name: 'bpm', script: 'ffmpeg -v error -i "$1" -ar 44100 -ac 1 -f f32le - | bpm', read: lastNumber },
  { name: 'soundstretch', script: 'soundstretch "$1" -bpm', read: detectedRate },
];

/** The peers that are installed here. */
export function installedPeers(): Peer[] {
  return peers.filter(({ name }) => spawnSync('sh', ['-c', `command -v ${name}`]).status === 0);
}

/** Runs a peer on a file; bash's own `times` tells the processor time of its children. */
export function askPeer(peer: Peer, path: string): PeerAnswer {
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
