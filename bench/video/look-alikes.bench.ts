/**
 * How many copies of a film are known again, and how many others are taken for copies: fingerprints of real files, made and measured by ffmpeg.
 * `npm run bench -- video/look-alikes [FILMS] [SIZE]`.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compareFingerprints } from '../../apps/video/src/look-alikes/compare-fingerprints.ts';
import { decodeFingerprint, type Fingerprint } from '../../apps/video/src/look-alikes/fingerprint.ts';
import { probeVideo } from '../../apps/video/src/media/probe-video.ts';
import { measureVideo } from '../../apps/video/src/understanding/measure-video.ts';
import { expectSuccess, runTool } from '../../libs/compute/src/index.ts';
import { ffmpegTools } from '../../libs/media/src/index.ts';

const tools = ffmpegTools();
const folder = mkdtempSync(join(tmpdir(), 'rafaga-look-alikes-'));
const [count = '8', size = '640x360'] = process.argv.slice(2);
const filmCount = Number(count);
const source = (of: string, seconds = 3) => [
  '-f',
  'lavfi',
  '-i',
  `${of}:s=${size}:r=25,trim=duration=${seconds},setpts=PTS-STARTPTS,format=yuv420p`,
];

/** Three shots that no other film has. */
const shots = (film: number) => [
  source(`gradients=seed=${film}:speed=0.03:nb_colors=5`),
  source(`mandelbrot=start_x=${-0.74 + 0.013 * film}:start_y=${-0.13 - 0.011 * film}:start_scale=${0.4 / (1 + film)}:end_scale=0.0005`),
  source(
    `life=seed=${film}:ratio=0.3:mold=40:life_color=#${(0x40c0a0 + 0x1b0d37 * film).toString(16).slice(-6)}:death_color=#303060:mold_color=#${(0x902030 + 0x0a1f0b * film).toString(16).slice(-6)}`,
  ),
];

const copies: Readonly<Record<string, readonly string[]>> = {
  'crf 34': ['-crf', '34'],
  'half size': ['-vf', 'scale=iw/2:ih/2'],
  letterbox: ['-vf', 'scale=iw:ih*3/4,pad=iw:ih*4/3:0:ih/6'],
  trim: ['-ss', '2', '-t', '5'],
  'other frame rate': ['-vf', 'fps=15'],
  brightness: ['-vf', 'lutyuv=y=val*1.1+12'],
  logo: ['-vf', 'drawbox=x=iw*0.78:y=ih*0.06:w=iw*0.17:h=ih*0.17:color=white:t=fill'],
};

async function make(name: string, args: readonly string[]): Promise<string> {
  const path = join(folder, name);
  const encoder = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p'];
  const all = [
    '-v',
    'error',
    '-y',
    ...args.slice(0, args.lastIndexOf('-i') + 2),
    ...encoder,
    ...args.slice(args.lastIndexOf('-i') + 2),
    path,
  ];
  expectSuccess(await runTool({ command: tools.ffmpegPath, args: all, wallClockMs: 300_000 }));
  return path;
}

async function printOf(path: string): Promise<Fingerprint> {
  const { fingerprint } = await measureVideo(path, await probeVideo(path, { tools }), { tools, timeoutMs: 300_000 });
  return decodeFingerprint(Buffer.from(fingerprint));
}

const isSame = (a: Fingerprint, b: Fingerprint) => compareFingerprints(a, b).same;

try {
  const found: Record<string, number> = Object.fromEntries(Object.keys(copies).map((name) => [name, 0]));
  const films: Fingerprint[] = [];
  const behindBlack: Fingerprint[] = [];
  for (let film = 0; film < filmCount; film++) {
    const inputs = shots(film).flat();
    const path = await make(`film-${film}.mp4`, [...inputs, '-filter_complex', '[0][1][2]concat=n=3']);
    const original = await printOf(path);
    films.push(original);
    for (const [name, args] of Object.entries(copies)) {
      const copy = await printOf(await make(`copy-${film}.mp4`, ['-i', path, ...args]));
      if (isSame(original, copy)) found[name]!++;
    }
    const intro = ['-i', path, '-vf', 'tpad=start_duration=4:color=black'];
    behindBlack.push(await printOf(await make(`black-${film}.mp4`, intro)));
  }
  const pairs = (prints: readonly Fingerprint[]) => prints.flatMap((a, at) => prints.slice(at + 1).filter((b) => isSame(a, b)));
  const [wrong, wrongBehindBlack] = [pairs(films).length, pairs(behindBlack).length];
  const right = Object.values(found).reduce((sum, count) => sum + count, 0);
  for (const [name, count] of Object.entries(found)) console.log(`${name}: ${count} of ${filmCount} copies`);
  console.log(`recall: ${(right / (filmCount * Object.keys(copies).length)).toFixed(3)} (wanted: >= 0.95)`);
  console.log(`wrong: ${wrong} pairs of different films, ${wrongBehindBlack} behind the same black intro`);
  console.log(`precision: ${(right / Math.max(1, right + wrong + wrongBehindBlack)).toFixed(3)} (wanted: >= 0.98)`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
