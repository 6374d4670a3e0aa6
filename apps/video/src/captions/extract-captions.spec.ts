/** Text tracks of real video files. */
import { mkdir } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Failure, type FailureCode } from '#contracts';
import { ScratchFolders } from '#platform';
import { makeVideoCorpus, mediaTools, type VideoCorpus } from '#testing';
import type { MediaPrograms } from '../media/media-programs.service.ts';
import { probeVideo } from '../media/probe-video.ts';
import type { CaptionFileStore } from './caption-files.service.ts';
import { EmbeddedCaptionReader } from './embedded-captions.service.ts';
import { extractCaptions } from './extract-captions.ts';
import { readCaptions } from './read-captions.ts';

let corpus: VideoCorpus;
beforeAll(async () => {
  corpus = await makeVideoCorpus();
  await mkdir(corpus.path('texts'));
});
afterAll(() => corpus?.remove());

async function extracted(path: string) {
  const info = await probeVideo(path, { tools: mediaTools });
  const options = { tools: mediaTools, folder: corpus.path('texts'), timeoutMs: 30_000, signal: new AbortController().signal };
  const found = await extractCaptions(path, info, options);
  return found.map(({ stream, bytes }) => ({ stream, files: readCaptions({ bytes, durationSeconds: info.durationSeconds }) }));
}

const hola = (text: string) => ({ vtt: expect.stringContaining(`00:00:00.500 --> 00:00:01.500\n${text}\n`) });

describe('extractCaptions', () => {
  it('reads SubRip, SubStation Alpha and WebVTT of a Matroska file in one pass, and leaves pictures out', async () => {
    const srt = await corpus.write('hola.srt', '1\n00:00:00,500 --> 00:00:01,500\n<i>Hola</i> & adiós\n');
    const said = ['-metadata:s:s:0', 'language=spa', '-metadata:s:s:0', 'title=Español', '-disposition:s:0', 'default'];
    const inputs = ['-i', await corpus.video('plain.mp4'), '-i', srt, '-map', '0:v', '-map', '1', '-map', '1', '-map', '1', '-c:v', 'copy'];
    const path = await corpus.make(
      ...inputs,
      '-c:s:0',
      'srt',
      '-c:s:1',
      'ass',
      '-c:s:2',
      'webvtt',
      ...said,
      '-disposition:s:1',
      'hearing_impaired',
      'texts.mkv',
    );
    expect(await extracted(path)).toMatchObject([
      { stream: { codec: 'subrip', language: 'spa', title: 'Español', isDefault: true }, files: hola('<i>Hola</i> &amp; adiós') },
      { stream: { codec: 'ass', isDefault: false, isForHearingImpaired: true }, files: hola('<i>Hola</i> &amp; adiós') },
      { stream: { codec: 'webvtt', isForHearingImpaired: false }, files: { cueCount: 1 } },
    ]);
  });

  it('reads timed text of an MP4 file', async () => {
    const srt = await corpus.write('hola.srt', '1\n00:00:00,500 --> 00:00:01,500\nHola\n');
    const inputs = ['-i', await corpus.video('plain.mp4'), '-i', srt, '-map', '0', '-map', '1', '-c', 'copy', '-c:s', 'mov_text'];
    expect(await extracted(await corpus.make(...inputs, 'texts.mp4'))).toMatchObject([
      { stream: { codec: 'mov_text' }, files: hola('Hola') },
    ]);
  });

  it('starts no program for a file without text', async () => {
    const info = await probeVideo(await corpus.video('plain.mp4'), { tools: mediaTools });
    const tools = { ffmpegPath: '/nowhere/ffmpeg', ffprobePath: '/nowhere/ffprobe' };
    expect(
      await extractCaptions('/nowhere', info, { tools, folder: '/nowhere', timeoutMs: 1, signal: new AbortController().signal }),
    ).toEqual([]);
  });
});

describe('the captions of a video file', () => {
  const read = async (timeoutMs: number, signal: AbortSignal, code: FailureCode) => {
    const srt = await corpus.write('hola.srt', '1\n00:00:00,500 --> 00:00:01,500\nHola\n');
    const path = await corpus.make('-i', await corpus.video('plain.mp4'), '-i', srt, '-c', 'copy', '-c:s', 'mov_text', `${code}.mp4`);
    const files = { store: () => Promise.reject(new Failure(code, code)) } as unknown as CaptionFileStore;
    const reader = new EmbeddedCaptionReader(files, { tools: mediaTools } as MediaPrograms, new ScratchFolders());
    return reader.read(path, await probeVideo(path, { tools: mediaTools }), { timeoutMs, signal });
  };
  const waiting = new AbortController().signal;

  it('are incomplete, and the video is accepted, where reading them takes too long or they are too large', async () => {
    const incomplete = { captions: [], isIncomplete: true };
    expect(await read(1, waiting, 'internal')).toEqual(incomplete);
    expect(await read(30_000, waiting, 'deadline-exceeded')).toEqual(incomplete);
    expect(await read(30_000, waiting, 'payload-too-large')).toEqual(incomplete);
  });

  it('are no result where the caller has gone or the store fails', async () => {
    await expect(read(30_000, AbortSignal.abort(), 'deadline-exceeded')).rejects.toMatchObject({ code: 'cancelled' });
    await expect(read(30_000, waiting, 'storage-full')).rejects.toMatchObject({ code: 'storage-full' });
  });
});
