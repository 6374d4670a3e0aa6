/** Text tracks of real video files. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { makeVideoCorpus, mediaTools, type VideoCorpus } from '#testing';
import { probeVideo } from '../media/probe-video.ts';
import { extractCaptions } from './extract-captions.ts';
import { readCaptions } from './read-captions.ts';

let corpus: VideoCorpus;
beforeAll(async () => {
  corpus = await makeVideoCorpus();
});
afterAll(() => corpus?.remove());

async function extracted(path: string) {
  const info = await probeVideo(path, { tools: mediaTools });
  const options = { tools: mediaTools, timeoutMs: 30_000, signal: new AbortController().signal };
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
    expect(await extractCaptions('/nowhere', info, { tools, timeoutMs: 1, signal: new AbortController().signal })).toEqual([]);
  });
});
