import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ffmpegTools } from '#media';
import type { Lifecycle } from '#platform';
import { testFfmpeg } from '#testing';
import type { MediaPrograms } from '../media/media-programs.service.ts';
import { PictureFormats } from './picture-formats.service.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'rafaga-formats-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const lifecycle = { stopping: new AbortController().signal } as Lifecycle;
const formatsOf = (ffmpegPath: string) => new PictureFormats({ tools: ffmpegTools(ffmpegPath) } as MediaPrograms, lifecycle);

/** An ffmpeg with libaom and the muxers that are named. */
function standIn(muxers: string): string {
  const path = join(folder, `ffmpeg-${muxers}`);
  const lists = `case "$*" in *-encoders*) printf ' ------\\n V....D libaom-av1 x\\n';; *) printf ' --\\n  E ${muxers} x\\n';; esac`;
  writeFileSync(path, `#!/bin/sh\n${lists}\n`, { mode: 0o755 });
  return path;
}

describe('AVIF', () => {
  it('is refused where ffmpeg has the encoder without the muxer, as before 5.1; other formats are not', async () => {
    const formats = formatsOf(standIn('mov'));
    await expect(formats.require('avif')).rejects.toMatchObject({ code: 'picture-format-unavailable' });
    await expect(formats.require('webp')).resolves.toBeUndefined();
  });
  it('is made where both are there', async () => {
    await expect(formatsOf(standIn('avif')).require('avif')).resolves.toBeUndefined();
    await expect(formatsOf(testFfmpeg()).require('jpeg')).resolves.toBeUndefined();
  });
  it('is looked for again after ffmpeg could not be started', async () => {
    const path = join(folder, 'later');
    const formats = formatsOf(path);
    await expect(formats.require('avif')).rejects.toMatchObject({ code: 'internal' });
    writeFileSync(path, '#!/bin/sh\nexit 0\n', { mode: 0o755 });
    await expect(formats.require('avif')).rejects.toMatchObject({ code: 'picture-format-unavailable' });
  });
});
