import { spawnSync } from 'node:child_process';
import { basename, dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { makeVideoCorpus, mediaTools, type VideoCorpus } from '#testing';

const program = fileURLToPath(new URL('./analyze.ts', import.meta.url));
let corpus: VideoCorpus;
beforeAll(async () => {
  corpus = await makeVideoCorpus();
});
afterAll(() => corpus.remove());

function analyze(cwd: string, args: readonly string[], environment: Record<string, string> = {}) {
  const env = { ...process.env, FFMPEG_PATH: mediaTools.ffmpegPath, ...environment };
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--conditions=source', program, ...args], { cwd, env, encoding: 'utf8' });
  const lines = stdout.split('\n').filter(Boolean);
  return { status, stderr, lines };
}

describe('video:analyze', () => {
  it('prints a line for each file, in order, also for what it refuses, and exits with 0', async () => {
    const turned = await corpus.turned(90);
    const cut = await corpus.truncated('matroska.mkv', 0.7);
    await corpus.write('text.mp4', 'Dear diary, this is no video at all.');
    const { status, stderr, lines } = analyze(dirname(turned), [basename(turned), basename(cut), 'text.mp4', 'missing.mp4', '.']);
    const parsed = lines.map((line) => JSON.parse(line));
    expect([status, stderr, parsed.map(({ accepted, problem }) => problem?.code ?? accepted)]).toEqual([
      ...[0, '', [true, true, 'media-not-video', 'not-found', 'request-invalid']],
    ]);
    expect(parsed[0]).toMatchObject({
      ...{ file: basename(turned), warnings: [], format: 'mp4', width: 320, height: 180, displayWidth: 180, displayHeight: 320 },
      ...{ rotationDegrees: 90, frameRate: 29.97, variableFrameRate: false, videoCodec: 'h264', audioCodec: 'aac', hasVideo: true },
    });
    expect(parsed[0]).toMatchObject({ scenes: [], black: [], silent: [], loudnessLufs: expect.any(Number) });
    expect(parsed[1].warnings).toEqual(expect.arrayContaining(['truncated', 'duration-mismatch']));
    for (const line of parsed.slice(2)) expect(Object.keys(line)).toEqual(Object.keys(parsed[0]));
  });

  it('says in one sentence that ffmpeg is missing', async () => {
    const path = await corpus.video('one-frame.mp4');
    const { status, stderr, lines } = analyze(dirname(path), [basename(path)], { FFMPEG_PATH: '/nowhere/ffmpeg' });
    expect([status, lines, stderr]).toEqual([1, [], expect.stringMatching(/^ff\w+ is not usable on this server: .+\n$/)]);
  });

  it.each([[['--fast']], [[]]])('prints the usage on stderr and exits with 2 for %j', (args) => {
    const { status, stderr } = analyze(process.cwd(), args);
    expect([status, stderr]).toEqual([2, expect.stringContaining('Usage: npm run --silent video:analyze')]);
  });
});
