/**
 * Pictures, analysis and ladders against the plain work below them, by CPU time of all child processes; `npm run bench -- video/media`. Needs Linux and
 * the ffmpeg of the machine. Ratios are of the same run.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { probeVideo } from '../../apps/video/src/media/probe-video.ts';
import { makeStoryboard } from '../../apps/video/src/pictures/storyboard.ts';
import { makeThumbnail } from '../../apps/video/src/pictures/thumbnail.ts';
import { framesPerSegment } from '../../apps/video/src/renditions/encode-arguments.ts';
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

try {
  const easy = await clip('easy.mp4', 'testsrc2=s=1280x720:r=30', 62);
  const dense = await clip('dense.mp4', 'testsrc2=s=640x360:r=30,noise=alls=40:allf=t', 4);
  const info = await probeVideo(easy, { tools });
  const denseInfo = await probeVideo(dense, { tools });

  const decoded = await cost(() => decode(easy));
  const until60 = await cost(() => decode(easy, 60));
  row(
    'thumbnail at 60 s by decoding up to it',
    (await cost(() => makeThumbnail(easy, info, { timeSeconds: 60, widthPx: 320, format: 'jpeg' }, { ...limits, folder }))) / until60,
    '<= 0.067',
  );
  row('storyboard of 62 s by a full decode', (await cost(() => makeStoryboard(easy, info, { folder }, limits))) / decoded, '<= 0.1');
  row('all detectors by one decode, easy clip', (await cost(() => measureVideo(easy, info, limits))) / decoded, '<= 1.6');
  const denseDecode = await cost(() => decode(dense));
  row('all detectors by one decode, dense clip', (await cost(() => measureVideo(dense, denseInfo, limits))) / denseDecode, '<= 1.25');
  const rungs = ladderFor(denseInfo).slice(0, 3);
  let singles = 0;
  for (const rung of rungs) singles += await cost(() => ladder(dense, denseInfo, [rung]));
  row('ladder of three by the sum of single runs', (await cost(() => ladder(dense, denseInfo, rungs))) / singles, '<= 0.75');
} finally {
  rmSync(folder, { recursive: true, force: true });
}
