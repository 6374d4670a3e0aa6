import { Inject, Injectable } from '@nestjs/common';
import { expectSuccess, runTool } from '#compute';
import { Failure } from '#contracts';
import type { SelfTest } from '#platform';

/** Path of ffmpeg, or its name on the PATH. */
export const FFMPEG_PATH = Symbol('path of ffmpeg');

const clip = { widthPx: 128, heightPx: 72, frames: 10 } as const;
const limits = { wallClockMs: 30_000, stdoutLimitBytes: 4 << 20 } as const;
const source = `testsrc2=size=${clip.widthPx}x${clip.heightPx}:rate=25`;

@Injectable() // encodes a short clip and decodes it again: what every rendition and every picture rests on
export class ClipCheck implements SelfTest {
  constructor(@Inject(FFMPEG_PATH) private readonly ffmpegPath: string) {}

  async run(signal: AbortSignal): Promise<void> {
    const made = ['-f', 'lavfi', '-i', source, '-frames:v', String(clip.frames), '-pix_fmt', 'yuv420p'];
    const encoded = await this.ffmpeg([...made, '-c:v', 'libx264', '-preset', 'ultrafast', '-f', 'mpegts', 'pipe:1'], signal);
    const decoded = await this.ffmpeg(['-f', 'mpegts', '-i', 'pipe:0', '-pix_fmt', 'gray', '-f', 'rawvideo', 'pipe:1'], signal, encoded);
    const frames = decoded.length / (clip.widthPx * clip.heightPx);
    const isPicture = new Set(decoded.subarray(0, clip.widthPx * clip.heightPx)).size > 16;
    if (frames !== clip.frames || !isPicture) {
      const what = isPicture ? 'pictures' : 'blank pictures';
      throw new Failure('media-undecodable', `A clip of ${clip.frames} pictures came back as ${frames} ${what}.`);
    }
  }

  private async ffmpeg(args: readonly string[], signal: AbortSignal, stdin?: Buffer): Promise<Buffer> {
    const options = {
      command: this.ffmpegPath,
      args: ['-hide_banner', '-loglevel', 'error', '-threads', '1', ...args],
      signal,
      ...limits,
    };
    const result = await runTool({ ...options, ...(stdin ? { stdin } : {}) });
    return expectSuccess(result, 'internal', 'ffmpeg failed on a clip of its own.').stdout;
  }
}
