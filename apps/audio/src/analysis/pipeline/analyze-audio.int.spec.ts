import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { encodeWav, writeWav } from '#testing';
import analyzeInThread from './analysis.worker.ts';
import { type AnalyzeOptions, analyzeAudio } from './analyze-audio.ts';
import { isInUse } from './testing/processes.ts';

const ffmpegPath = process.env.FFMPEG_PATH ?? 'ffmpeg';
const full: AnalyzeOptions = { profile: 'full', ffmpegPath };
let directory: string;
const at = (name: string) => join(directory, name);

/** @returns the path of the file that ffmpeg wrote */
function make(name: string, ...args: readonly string[]): string {
  const made = spawnSync(ffmpegPath, ['-nostdin', '-y', '-loglevel', 'error', ...args, at(name)], { encoding: 'utf8' });
  if (made.status !== 0) throw new Error(made.stderr);
  return at(name);
}

const lavfi = (graph: string) => ['-f', 'lavfi', '-i', graph];
const clicks = 'aevalsrc=sin(2*PI*1000*t)*exp(-60*mod(t\\,0.5)):s=44100:d=12';

/** Runs the analysis in its own process to measure its memory. */
function inOwnProcess(path: string): { readonly analysis: unknown; readonly peakBytes: number } {
  const program = `
    const { analyzeAudio } = await import(${JSON.stringify(new URL('./analyze-audio.ts', import.meta.url).href)});
    const analysis = await analyzeAudio(process.argv[1], { profile: 'full', ffmpegPath: ${JSON.stringify(ffmpegPath)} });
    console.log(JSON.stringify({ analysis, peakBytes: process.resourceUsage().maxRSS * 1024 }));`;
  const run = spawnSync(process.execPath, ['--conditions=source', '--input-type=module', '-e', program, path], { encoding: 'utf8' });
  if (run.status !== 0) throw new Error(run.stderr);
  return JSON.parse(run.stdout);
}

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'pipeline-'));
});
afterAll(() => rmSync(directory, { recursive: true }));

describe('analyzeAudio', () => {
  it('measures all properties of a track in one pass', async () => {
    const analysis = await analyzeAudio(make('clicks.mp3', ...lavfi(clicks)), full);
    expect(Math.abs(analysis.bpm! - 120)).toBeLessThan(1.2);
    expect(analysis).toMatchObject({ sampleRateHz: 44_100, channels: 1 });
    expect(analysis.durationSeconds).toBeCloseTo(12, 0);
    expect(analysis.loudnessLufs).toBeLessThan(-10);
    expect(analysis.truePeakDbtp).toBeGreaterThan(-3);
    expect(analysis.waveform!.min.length).toBeGreaterThanOrEqual(2_048);
    expect(analysis.decoderCpuSeconds).toBeGreaterThan(0);
    expect(structuredClone(analysis)).toEqual(analysis);
  });

  it.each([
    ['wma', 'asf', 'wmav2'],
    ['ac3', 'ac3', 'ac3'],
    ['eac3', 'eac3', 'eac3'],
    ['wv', 'wv', 'wavpack'],
    ['tta', 'tta', 'tta'],
    ['spx', 'ogg', 'libspeex'],
  ])('hears the tempo of a .%s file, opened by the demultiplexer %s alone', async (name, demuxer, encoder) => {
    const rateHz = encoder === 'libspeex' ? '16000' : '44100';
    const path = make(`clicks.${name}`, ...lavfi(clicks), '-c:a', encoder, '-ar', rateHz);
    const analysis = await analyzeAudio(path, { ...full, demuxers: [demuxer] });
    expect(Math.abs(analysis.bpm! - 120)).toBeLessThan(1.2);
    expect(analysis.durationSeconds).toBeCloseTo(12, 0);
  });

  it('hears the tempo of stereo in opposite phase, whose channels cancel each other out', async () => {
    const path = make('opposite.flac', ...lavfi(`${clicks},pan=stereo|c0=c0|c1=-1*c0`));
    const analysis = await analyzeAudio(path, full);
    expect(Math.abs(analysis.bpm! - 120)).toBeLessThan(1.2);
    expect(analysis).toMatchObject({ channels: 2, durationSeconds: expect.closeTo(12, 0) });
    expect(analysis.loudnessLufs).toBeLessThan(-5);
  });

  it('skips loudness and waveform in the tempo profile', async () => {
    const analysis = await analyzeAudio(make('tempo.wav', ...lavfi(clicks)), { ...full, profile: 'tempo' });
    expect(Math.abs(analysis.bpm! - 120)).toBeLessThan(1.2);
    expect(analysis).toMatchObject({ loudnessLufs: null, truePeakDbtp: null, waveform: null, sampleRateHz: null, durationSeconds: 12 });
  });

  it.each([
    ['96 kHz 5.1', 'surround.wav', ['-f', 'lavfi', '-i', 'aevalsrc=0.1|0.1|0.1|0.9|0.1|0.1:s=96000:c=5.1:d=2'], 96_000, 6, 2],
    ['8-bit mono', 'coarse.wav', [...lavfi('sine=r=8000:d=2'), '-c:a', 'pcm_u8'], 8_000, 1, 2],
    ['half a second', 'short.flac', lavfi('sine=r=44100:d=0.5'), 44_100, 1, 0.5],
    ['a hundredth of a second', 'blink.wav', lavfi('sine=r=44100:d=0.01'), 44_100, 1, 0.01],
    ['an emoji and a percent sign in the name', '🎧 %03d "x".wav', lavfi('sine=r=22050:d=1'), 22_050, 1, 1],
    ['a name that looks like an option', '-i.wav', lavfi('sine=r=22050:d=1'), 22_050, 1, 1],
    ['Opus', 'song.opus', lavfi('sine=r=48000:d=3'), 48_000, 1, 3],
    ['384 kHz', 'bats.wav', lavfi('sine=r=384000:d=1'), 384_000, 1, 1],
  ] as const)('takes %s', async (_, name, args, sampleRateHz, channels, seconds) => {
    const analysis = await analyzeAudio(make(name, ...args), full);
    expect(analysis).toMatchObject({ sampleRateHz, channels });
    expect(analysis.durationSeconds).toBeCloseTo(seconds, 1);
  });

  it('decodes audio with cover art', async () => {
    const cover = make('cover.png', ...lavfi('color=red:s=64x64'), '-frames:v', '1');
    for (const name of ['covered.mp3', 'covered.m4a', 'covered.flac']) {
      const pictured = ['-i', cover, '-map', '0', '-map', '1', '-c:v', 'copy', '-disposition:v', 'attached_pic'];
      const analysis = await analyzeAudio(make(name, ...lavfi(clicks), ...pictured), full);
      expect(analysis.durationSeconds).toBeCloseTo(12, 0);
    }
  });

  it('measures the duration from the samples when the header is wrong', async () => {
    const second = new Float32Array(8_000).fill(0.25);
    const liar = encodeWav([second, second], 8_000);
    liar.writeUInt32LE(0x7fffffff, 40);
    writeFileSync(at('more.wav'), liar);
    expect((await analyzeAudio(at('more.wav'), full)).durationSeconds).toBeCloseTo(1, 2);
    truncateSync(make('cut.flac', ...lavfi(clicks)), 100_000);
    const { durationSeconds } = await analyzeAudio(at('cut.flac'), full);
    expect(durationSeconds).toBeGreaterThan(0.5);
    expect(durationSeconds).toBeLessThan(11);
  });

  it('does not store samples: two hours of silence need a fraction of their size, and have no tempo', async () => {
    const path = make('silence.flac', ...lavfi('anullsrc=r=8000:cl=mono'), '-t', '7200');
    const { analysis, peakBytes } = inOwnProcess(path);
    expect(analysis).toMatchObject({ durationSeconds: 7_200, bpm: null, key: null, loudnessLufs: null, truePeakDbtp: null, beats: [] });
    const sampleBytes = 7_200 * (22_050 + 8_000) * Float32Array.BYTES_PER_ELEMENT;
    expect(peakBytes - inOwnProcess(make('blink.flac', ...lavfi('sine=d=0.1'))).peakBytes).toBeLessThan(sampleBytes / 2);
  });

  it('reports non-decreasing progress that ends at 1', async () => {
    const told: number[] = [];
    const path = make('progress.wav', ...lavfi(clicks));
    await analyzeAudio(path, { ...full, expectedSeconds: 12, onProgress: (fraction) => void told.push(fraction) });
    expect(told).toEqual([...told].sort((a, b) => a - b));
    expect(told.length).toBeGreaterThan(10);
    expect(told.at(-1)).toBe(1);
  });

  it('returns the same result from a worker thread, with its CPU time', async () => {
    const path = make('thread.wav', ...lavfi(clicks));
    const analysis = await analyzeInThread({ path, profile: 'full', ffmpegPath });
    expect(analysis.durationSeconds).toBe(12);
    expect(analysis.cpuSeconds).toBeGreaterThan(analysis.decoderCpuSeconds);
  });
});

describe('samples that are no sound', () => {
  const tone = (seconds: number) =>
    Float32Array.from({ length: 8_000 * seconds }, (_, n) => 0.25 * Math.sin((2 * Math.PI * 440 * n) / 8_000));
  const wild = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 3e38, -3e38];

  it('change no measurement of the rest', async () => {
    const [clean, broken] = [tone(8), tone(8)];
    for (const [index, value] of wild.entries()) for (const at of [1_000, 20_000, 60_000]) broken[at + 7 * index] = value;
    writeWav(at('clean.wav'), [clean], 8_000, 'f32');
    writeWav(at('broken.wav'), [broken], 8_000, 'f32');
    const [expected, found] = [await analyzeAudio(at('clean.wav'), full), await analyzeAudio(at('broken.wav'), full)];
    expect(found.loudnessLufs).toBeCloseTo(expected.loudnessLufs!, 1);
    expect(found.truePeakDbtp).toBeLessThan(0);
    expect([found.bpm, found.key, found.waveform!.max.length]).toEqual([expected.bpm, expected.key, expected.waveform!.max.length]);
  });

  it.each([Number.NaN, 3e38])('have no level, tempo and key by themselves (%d)', async (value) => {
    writeWav(at('wild.wav'), [new Float32Array(8_000 * 4).fill(value)], 8_000, 'f32');
    const none = { loudnessLufs: null, truePeakDbtp: null, bpm: null, key: null, timbre: null };
    expect(await analyzeAudio(at('wild.wav'), full)).toMatchObject(none);
  });
});

describe('a failed analysis', () => {
  it.each([
    ['text', 'hello there, this is no music'],
    ['a playlist', '#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\nhttp://127.0.0.1:9/x.ts\n'],
    ['a concat script', "ffconcat version 1.0\nfile '/etc/hostname'\n"],
    ['nothing', ''],
  ])('says that %s cannot be decoded', async (_, content) => {
    writeFileSync(at('bad.mp3'), content);
    await expect(analyzeAudio(at('bad.mp3'), full)).rejects.toMatchObject({ code: 'media-undecodable' });
  });

  it('keeps the last warnings and errors of ffmpeg', async () => {
    writeFileSync(at('worse.mp3'), 'no music');
    const failure = await analyzeAudio(at('worse.mp3'), full).catch((error: unknown) => error);
    const { stderrTail } = failure as { stderrTail: string[] };
    expect(stderrTail.length).toBeGreaterThan(0);
    expect(stderrTail.length).toBeLessThanOrEqual(20);
    for (const line of stderrTail) expect(line).toMatch(/\[(warning|error|fatal)\]/);
  });

  it('rejects a video without audio', async () => {
    const path = make('mute.mp4', ...lavfi('testsrc=s=64x64:d=1'));
    await expect(analyzeAudio(path, full)).rejects.toMatchObject({ code: 'media-undecodable' });
  });

  it('kills its decoder when the caller cancels', async () => {
    writeWav(at('long.wav'), [new Float32Array(8_000 * 600)], 8_000);
    const controller = new AbortController();
    const onProgress = () => controller.abort();
    const analysis = analyzeAudio(at('long.wav'), { ...full, signal: controller.signal, expectedSeconds: 600, onProgress });
    await expect(analysis).rejects.toMatchObject({ code: 'cancelled' });
    expect(isInUse(at('long.wav'))).toBe(false);
  });

  it('kills its decoder at the timeout', async () => {
    const path = at('long.wav');
    await expect(analyzeAudio(path, { ...full, timeoutMs: 1 })).rejects.toMatchObject({ code: 'deadline-exceeded' });
    expect(isInUse(path)).toBe(false);
  });

  it('kills its decoder when the decoded duration exceeds the limit', async () => {
    const path = at('long.wav');
    await expect(analyzeAudio(path, { ...full, maxSeconds: 60 })).rejects.toMatchObject({ code: 'media-too-long' });
    expect(isInUse(path)).toBe(false);
  });

  it('kills a decoder that uses CPU time without output', async () => {
    writeFileSync(at('busy-ffmpeg'), '#!/bin/sh\nwhile :; do :; done\n', { mode: 0o755 });
    const analysis = analyzeAudio(at('long.wav'), { ...full, ffmpegPath: at('busy-ffmpeg'), decoderCpuSeconds: 0.2, timeoutMs: 30_000 });
    // Without /proc only the wall-clock limit applies.
    await expect(analysis).rejects.toMatchObject({ code: existsSync('/proc/self/stat') ? 'media-undecodable' : 'deadline-exceeded' });
    expect(isInUse(at('busy-ffmpeg'))).toBe(false);
  });

  it('names the missing program', async () => {
    const analysis = analyzeAudio(at('long.wav'), { ...full, ffmpegPath: '/nowhere/ffmpeg' });
    await expect(analysis).rejects.toMatchObject({ name: 'Failure' });
  });
});
