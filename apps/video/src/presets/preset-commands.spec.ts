/** The commands that presets show, run by a shell on a real file. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ffmpegTools } from '#media';
import { makeVideoCorpus, mediaTools, type VideoCorpus } from '#testing';
import { x264 } from '../encoders/video-encoders.ts';
import { probeVideo } from '../media/probe-video.ts';
import { audiogramPreset, exampleSource, renditionPreset, verticalPreset } from './preset-commands.ts';

const options = { tools: mediaTools, threads: 1, timeoutMs: 60_000 };
let corpus: VideoCorpus;
beforeAll(async () => {
  corpus = await makeVideoCorpus();
});
afterAll(() => corpus?.remove());

async function run(command: string, path: string): Promise<Buffer> {
  const line = command.replace('file:/INPUT', `'file:${path}'`);
  const { stdout } = await promisify(execFile)('sh', ['-c', line], { cwd: corpus.folder, encoding: 'buffer', maxBuffer: 64 << 20 });
  return stdout;
}

describe('a preset', () => {
  it('shows the command that makes a rung, which a shell runs as it stands', async () => {
    const path = await corpus.video('plain.mp4');
    const info = await probeVideo(path, { tools: mediaTools });
    const shown = renditionPreset('web-240p', info, x264, options);
    expect(shown).toMatchObject({ preset: 'web-240p@1', makes: 'rendition', container: 'cmaf', videoCodec: 'h264' });
    const made = await probeVideo(await corpus.write('rung.mp4', await run(shown.command, path)), { tools: mediaTools });
    expect(made.video).toMatchObject({ codec: 'h264', widthPx: shown.widthPx, heightPx: shown.heightPx });
  });

  it('shows what it makes of a source of 1920 × 1080 pixels where no video is named', () => {
    const of = (name: 'web-720p' | 'audio-only') => renditionPreset(name, exampleSource, x264, options);
    expect(of('web-720p')).toMatchObject({
      widthPx: 1_280,
      heightPx: 720,
      command: expect.stringMatching(/ -protocol_whitelist file .* libx264 /),
    });
    expect(of('audio-only')).toMatchObject({ videoCodec: null, widthPx: null, command: expect.stringContaining(' -c:a aac ') });
    expect(verticalPreset(exampleSource, options)).toMatchObject({ preset: 'social-vertical@1', widthPx: 1_080, heightPx: 1_920 });
    expect(audiogramPreset(options)).toMatchObject({ preset: 'social-audiogram@1', command: expect.stringContaining('showwaves') });
  });

  it('quotes what a shell would change', () => {
    const tools = ffmpegTools("/opt/it's/ffmpeg");
    expect(verticalPreset(exampleSource, { ...options, tools }).command).toMatch(/^'\/opt\/it'\\''s\/ffmpeg' /);
  });
});
