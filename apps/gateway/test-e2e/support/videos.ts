/** Videos for e2e suites, and an ffmpeg that can be told to take its time. */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { testFfmpeg, turnMovie, type VideoCorpus } from '#testing';
import type { Api } from './api.ts';
import { sendVideo } from './video-files.ts';

/** 12 s of 25 frames a second with sound, 320 × 180, shown as 180 × 320. */
export async function portraitClip(corpus: VideoCorpus): Promise<Buffer> {
  const inputs = ['-f', 'lavfi', '-i', 'testsrc=s=320x180:r=25:d=12', '-f', 'lavfi', '-i', 'sine=440:r=48000:d=12'];
  const encoders = ['-c:v', 'libx264', '-preset', 'ultrafast', '-g', '50', '-pix_fmt', 'yuv420p', '-c:a', 'aac'];
  return turnMovie(await readFile(await corpus.make(...inputs, ...encoders, 'landscape.mp4')), 90);
}

export interface SlowFfmpeg {
  readonly path: string;
  /** Each call from now on reads its input at the speed at which it is played. */
  slow(): void;
  fast(): void;
  remove(): void;
}

export function slowFfmpeg(): SlowFfmpeg {
  const folder = mkdtempSync(join(tmpdir(), 'rafaga-slow-ffmpeg-'));
  const flag = join(folder, 'slow');
  for (const name of ['ffmpeg', 'ffprobe']) {
    const real = testFfmpeg().replace(/ffmpeg$/, name);
    const script = `#!/bin/sh\n[ ${name} = ffmpeg ] && [ -e '${flag}' ] && exec ${real} -re "$@"\nexec ${real} "$@"\n`;
    writeFileSync(join(folder, name), script);
    chmodSync(join(folder, name), 0o755);
  }
  return {
    path: join(folder, 'ffmpeg'),
    slow: () => writeFileSync(flag, ''),
    fast: () => rmSync(flag, { force: true }),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Uploads a video and waits until it is ready. @returns its id */
export async function uploadVideo(user: Api, bytes: Uint8Array): Promise<string> {
  const { status, body } = await sendVideo(user, bytes, 'holiday.mp4', { wait: 60 });
  if (status !== 201) throw new Error(`not taken: ${status} ${JSON.stringify(body)}`);
  return body.id as string;
}
