/** Videos for e2e suites, and an ffmpeg that can be told to take its time. */
import { randomUUID } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { openFsBlobStore } from '#storage';
import { testFfmpeg, turnMovie, type VideoCorpus } from '#testing';
import type { Api } from './api.ts';
import { query, type TestStack } from './test-stack.ts';

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

/** @returns the id of the new video */
export async function uploadVideo(stack: TestStack, user: Api, bytes: Buffer): Promise<string> {
  const { environment } = stack.processes;
  const blobs = await openFsBlobStore(fileURLToPath(environment.BLOB_STORE_URL));
  const { sha256 } = await blobs.write(Readable.from([bytes]), { maxBytes: 1 << 30 });
  const { sub } = JSON.parse(Buffer.from(user.token!.split('.')[1]!, 'base64url').toString()) as { sub: string };
  const id = randomUUID();
  const write = (text: string, values: unknown[]) => query(environment.DATABASE_URL, text, values);
  await write(`INSERT INTO video.source (sha256, size_bytes, info) VALUES ($1, $2, '{}') ON CONFLICT DO NOTHING`, [sha256, bytes.length]);
  await write(
    `INSERT INTO video.video (id, owner_id, title, search_text, sha256, file_name, job_id, size_bytes, video_codec, audio_codec, display_width_px,
       display_height_px)
     VALUES ($1, $2, 'Holiday', 'holiday', $3, 'holiday.mp4', gen_random_uuid(), $4, 'h264', 'aac', 180, 320)`,
    [id, sub, sha256, bytes.length],
  );
  return id;
}
