/** Metadata of a video file: what reading it costs against a run of ffprobe, by CPU time of this process and its children; `npm run bench -- video/metadata`. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { probeVideo } from '../../apps/video/src/media/probe-video.ts';
import { expectSuccess, runTool } from '../../libs/compute/src/index.ts';
import { ffmpegTools } from '../../libs/media/src/index.ts';

const tools = ffmpegTools();
const folder = mkdtempSync(join(tmpdir(), 'rafaga-metadata-bench-'));
const h264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-c:a', 'aac'];
const vp9 = ['-c:v', 'libvpx-vp9', '-deadline', 'realtime', '-cpu-used', '8', '-c:a', 'libopus'];

/** Seconds of CPU time of this process and of the children that it has waited for. */
function cpuSeconds(): number {
  const fields = readFileSync('/proc/self/stat', 'latin1').split(') ')[1]!.split(' ');
  return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) / 100;
}

/** Milliseconds of CPU time and of wall time, each the mean of so many runs. */
async function cost(times: number, work: () => Promise<unknown>) {
  const [cpuBefore, wallBefore] = [cpuSeconds(), performance.now()];
  for (let run = 0; run < times; run++) await work();
  return { cpuMs: (1_000 * (cpuSeconds() - cpuBefore)) / times, wallMs: (performance.now() - wallBefore) / times };
}

try {
  for (const [name, encoder] of [
    ['index-first.mp4', [...h264, '-movflags', '+faststart']],
    ['index-last.mov', h264],
    ['film.mkv', h264],
    ['film.webm', vp9],
  ] as const) {
    const path = join(folder, name);
    const inputs = ['-f', 'lavfi', '-i', 'testsrc2=s=320x180:r=30', '-f', 'lavfi', '-i', 'sine=r=48000'];
    const args = ['-v', 'error', ...inputs, '-t', '60', ...encoder, path];
    expectSuccess(await runTool({ command: tools.ffmpegPath, args, wallClockMs: 60_000 }));
    const read = () => probeVideo(path, { tools: { ffmpegPath: '/nonexistent', ffprobePath: '/nonexistent' } });
    const ask = () => probeVideo(path, { tools, alwaysAsk: true });
    await cost(50, read); // compiled
    const [reading, asking] = [await cost(500, read), await cost(10, ask)];
    const show = ({ cpuMs, wallMs }: typeof reading) => `${cpuMs.toFixed(2)} ms CPU, ${wallMs.toFixed(2)} ms`;
    const ratio = (asking.cpuMs / reading.cpuMs).toFixed(1);
    console.log(`${name}, 60 s: read ${show(reading)}; ffprobe ${show(asking)}; ${ratio} times cheaper (wanted: >= 20)`);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
