/**
 * Pictures, analysis and ladders against the plain work below them, by CPU time of all child processes; `npm run bench -- video/media`. Needs Linux and
 * the ffmpeg of the machine. Ratios are of the same run.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { x264 } from '../../apps/video/src/encoders/video-encoders.ts';
import { probeVideo } from '../../apps/video/src/media/probe-video.ts';
import { makeStoryboard } from '../../apps/video/src/pictures/storyboard.ts';
import { makeThumbnail } from '../../apps/video/src/pictures/thumbnail.ts';
import { framesPerSegment, pictureArguments } from '../../apps/video/src/renditions/encode-arguments.ts';
import { encodePictures } from '../../apps/video/src/renditions/encode-track.ts';
import { ladderFor, type Rung } from '../../apps/video/src/renditions/ladder.ts';
import { measureVideo } from '../../apps/video/src/understanding/measure-video.ts';
import { expectSuccess, runTool } from '../../libs/compute/src/index.ts';
import { decodeFfmpeg, ffmpegTools } from '../../libs/media/src/index.ts';

const tools = ffmpegTools();
const folder = mkdtempSync(join(tmpdir(), 'rafaga-video-bench-'));
const limits = { tools, timeoutMs: 300_000 };

/** Seconds of CPU time of this process and of the children that it has waited for. */
function cpuSeconds(): number {
  const fields = readFileSync('/proc/self/stat', 'latin1').split(') ')[1]!.split(' ');
  return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) / 100;
}

async function cost(work: () => Promise<unknown>): Promise<number> {
  const before = cpuSeconds();
  await work();
  return Math.max(0.01, cpuSeconds() - before);
}

/** Of three runs: what disturbs a run adds to it. */
const least = async (work: () => Promise<unknown>) => Math.min(await cost(work), await cost(work), await cost(work));

async function clip(name: string, source: string, seconds: number): Promise<string> {
  const path = join(folder, name);
  const encoder = ['-c:v', 'libx264', '-preset', 'ultrafast', '-g', '60', '-pix_fmt', 'yuv420p', '-t', String(seconds)];
  expectSuccess(
    await runTool({
      command: tools.ffmpegPath,
      args: ['-v', 'error', '-f', 'lavfi', '-i', source, ...encoder, path],
      wallClockMs: 120_000,
    }),
  );
  return path;
}

const row = (what: string, ratio: number, wanted: string) => console.log(`${what}: ${ratio.toFixed(3)} (wanted: ${wanted})`);

async function decode(path: string, seconds?: number): Promise<void> {
  const until = seconds === undefined ? [] : ['-t', String(seconds)];
  await decodeFfmpeg({
    ffmpegPath: tools.ffmpegPath,
    path,
    outputs: ['-map', '0:v:0', ...until, '-f', 'null', '-'],
    wallClockMs: 120_000,
    cpuSeconds: 120,
  });
}

const discard = { init: async () => undefined, segment: async () => undefined };

async function ladder(path: string, info: Awaited<ReturnType<typeof probeVideo>>, rungs: readonly Rung[]): Promise<void> {
  const request = { segmentFrames: framesPerSegment(rungs[0]!, 4), fromSegment: 0 };
  await encodePictures(
    path,
    info,
    rungs.map((rung) => ({ rung, sink: discard })),
    request,
    { ...limits, threads: 1 },
  );
}

/** The same arguments, typed by hand: into files, without limits, and nobody cuts segments. */
async function bareLadder(path: string, info: Awaited<ReturnType<typeof probeVideo>>, rungs: readonly Rung[]): Promise<void> {
  const request = { rungs, segmentFrames: framesPerSegment(rungs[0]!, 4), fromSegment: 0, threads: 1, encoder: x264 };
  const outputs = pictureArguments(info, request).outputs.map((argument) =>
    argument.startsWith('pipe:') ? join(folder, `${argument.slice('pipe:'.length)}.mp4`) : argument,
  );
  const args = ['-v', 'error', '-y', '-threads', '1', '-i', path, ...outputs];
  expectSuccess(await runTool({ command: tools.ffmpegPath, args, wallClockMs: 300_000 }));
}

/** Of a program that does nothing: ffmpeg has many libraries to load. It is in every number, and weighs most where the work is short. */
const startOfProcess = () => cost(() => runTool({ command: tools.ffmpegPath, args: ['-version'], wallClockMs: 20_000 }));

/** With the start of a process on both sides, and without. */
function rows(what: string, { own, whole, start }: { own: number; whole: number; start: number }, wanted: string): void {
  row(what, own / whole, wanted);
  row(`${what}, without the start of a process`, Math.max(0, own - start) / (whole - start), wanted);
}

try {
  const large = await clip('large.mp4', 'testsrc2=s=1920x1080:r=30', 30);
  const easy = await clip('easy.mp4', 'testsrc2=s=1280x720:r=30', 62);
  const dense = await clip('dense.mp4', 'testsrc2=s=640x360:r=30,noise=alls=40:allf=t', 12);
  const [largeInfo, info, denseInfo] = await Promise.all([large, easy, dense].map((path) => probeVideo(path, { tools })));
  if (!largeInfo || !info || !denseInfo) throw new Error('a clip is missing');

  const start = await startOfProcess();
  const decoded = await least(() => decode(easy));
  const thumbnail = (path: string, of: typeof info, timeSeconds: number) =>
    least(() => makeThumbnail(path, of, { timeSeconds, widthPx: 320, format: 'jpeg' }, { ...limits, folder }));
  const [large28, largeUntil28] = [await thumbnail(large, largeInfo, 28), await least(() => decode(large, 28))];
  rows('thumbnail of 1080p at 28 s by decoding up to it', { own: large28, whole: largeUntil28, start }, '<= 0.067');
  const [easy60, until60] = [await thumbnail(easy, info, 60), await least(() => decode(easy, 60))];
  rows('thumbnail of 720p at 60 s by decoding up to it', { own: easy60, whole: until60, start }, '<= 0.067');
  const storyboard = await least(() => makeStoryboard(easy, info, { folder }, limits));
  rows('storyboard of 62 s by a full decode', { own: storyboard, whole: decoded, start }, '<= 0.1');
  await measureVideo(dense, denseInfo, limits); // compiled, as in a worker that has measured a video before
  for (const [what, path, of, wanted] of [
    ['easy clip', easy, info, '<= 1.6'],
    ['dense clip', dense, denseInfo, '<= 1.25'],
  ] as const) {
    const [decoding, measuring] = [await least(() => decode(path)), await least(() => measureVideo(path, of, limits))];
    row(`all detectors by one decode, ${what}`, measuring / decoding, wanted);
  }
  const rungs = ladderFor(denseInfo).slice(0, 3);
  let singles = 0;
  for (const rung of rungs) singles += await least(() => ladder(dense, denseInfo, [rung]));
  const together = await least(() => ladder(dense, denseInfo, rungs));
  row('ladder of three by the sum of single runs', together / singles, '<= 0.75');
  row('ladder of three by the same bare ffmpeg command', together / (await least(() => bareLadder(dense, denseInfo, rungs))), '<= 1.05');
} finally {
  rmSync(folder, { recursive: true, force: true });
}
