import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { encodeWav, writeWav } from '#testing';

const program = fileURLToPath(new URL('./analyze.ts', import.meta.url));
const { PI, exp, sin } = Math;
let directory: string;

/** Clicks at 120 BPM. */
const clicks = (seconds: number) =>
  Float32Array.from({ length: seconds * 8_000 }, (_, n) => sin((2 * PI * 1_000 * n) / 8_000) * exp((-60 * (n % 4_000)) / 8_000));

/** Runs the command as npm would, in the folder of the recordings. */
function analyze(...args: readonly string[]) {
  const run = spawnSync(process.execPath, ['--conditions=source', program, ...args], { cwd: directory, encoding: 'utf8' });
  const lines = run.stdout.split('\n').filter((line) => line !== '');
  return { exitCode: run.status, stdout: run.stdout, stderr: run.stderr, lines };
}

const parsed = (lines: readonly string[]) => lines.map((line) => JSON.parse(line));

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'cli-'));
  writeWav(join(directory, 'clicks.wav'), [clicks(12)], 8_000);
  writeWav(join(directory, '🎧 track.wav'), [clicks(1), clicks(1)], 8_000);
  writeFileSync(join(directory, 'text.mp3'), 'This is a letter, not a song.\n');
  writeFileSync(join(directory, 'list.m3u8'), '#EXTM3U\n#EXTINF:10,\nfile:///etc/hostname\n');
  writeFileSync(join(directory, 'empty.wav'), '');
  writeFileSync(join(directory, 'cut.wav'), encodeWav([clicks(2)], 8_000).subarray(0, 9_000));
});
afterAll(() => rmSync(directory, { recursive: true }));

describe('audio:analyze', () => {
  it('prints the analysis of a file on one line', () => {
    const { exitCode, lines, stderr } = analyze('clicks.wav');
    expect({ exitCode, stderr, count: lines.length }).toEqual({ exitCode: 0, stderr: '', count: 1 });
    const [line] = parsed(lines);
    expect(Object.keys(line)).toEqual(
      ['file', 'bpm', 'confidence', 'candidates', 'beats', 'key', 'mode'].concat(
        ['loudnessLufs', 'loudnessRangeLu', 'truePeakDbtp', 'cues', 'warnings', 'cpuSeconds'], // in the order of the manual
      ),
    );
    expect(line).toMatchObject({ file: 'clicks.wav', warnings: [], cpuSeconds: expect.any(Number), loudnessLufs: expect.any(Number) });
    expect(Math.abs(line.bpm - 120)).toBeLessThan(1.2);
    expect(line.cpuSeconds).toBeGreaterThan(0);
  });

  it('analyses only the tempo with --profile tempo', () => {
    const [line] = parsed(analyze('--profile', 'tempo', 'clicks.wav').lines);
    expect(line).toMatchObject({ key: null, mode: null, loudnessLufs: null, loudnessRangeLu: null, truePeakDbtp: null, cues: [] });
    expect(Math.abs(line.bpm - 120)).toBeLessThan(1.2);
  });

  it('continues after a refused file, in the order of the arguments, and exits with 1', () => {
    const { exitCode, lines } = analyze('text.mp3', '🎧 track.wav', 'list.m3u8', 'empty.wav', 'cut.wav', 'missing.wav', '.');
    expect(exitCode).toBe(1);
    expect(parsed(lines).map(({ file, error }) => [file, error?.code])).toEqual([
      ['text.mp3', 'media-not-audio'],
      ['🎧 track.wav', undefined],
      ['list.m3u8', 'media-unsafe'],
      ['empty.wav', 'media-empty'],
      ['cut.wav', undefined],
      ['missing.wav', 'not-found'],
      ['.', 'request-invalid'],
    ]);
  });

  it('warns of a truncated file, and with --strict says what is missing', () => {
    const [warned] = parsed(analyze('--profile', 'tempo', 'cut.wav').lines);
    expect(warned).toMatchObject({ file: 'cut.wav', warnings: ['truncated'] });
    const { exitCode, lines } = analyze('--profile', 'tempo', '--strict', 'cut.wav', 'clicks.wav');
    const [refused, whole] = parsed(lines);
    expect([exitCode, refused.error.code, whole.warnings]).toEqual([1, 'media-truncated', []]);
    expect(refused.error.detail).toMatch(/: \d+ bytes are missing\.$/);
  });

  it('finds a file from the folder where npm was called', () => {
    const env = { ...process.env, INIT_CWD: directory };
    const run = spawnSync(process.execPath, ['--conditions=source', program, 'clicks.wav'], { cwd: tmpdir(), env, encoding: 'utf8' });
    expect({ exitCode: run.status, line: JSON.parse(run.stdout) }).toMatchObject({ exitCode: 0, line: { file: 'clicks.wav' } });
  });

  it('refuses a folder', () => {
    mkdirSync(join(directory, 'album'), { recursive: true });
    const { exitCode, lines, stderr } = analyze('album', '.');
    expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: '' });
    for (const { error } of parsed(lines))
      expect(error).toMatchObject({ code: 'request-invalid', detail: expect.stringContaining('is a folder, not a file') });
  });

  it('says in one sentence that ffmpeg is missing', () => {
    const env = { ...process.env, FFMPEG_PATH: join(directory, 'ffmpeg') };
    const run = spawnSync(process.execPath, ['--conditions=source', program, 'clicks.wav', 'cut.wav'], {
      ...{ cwd: directory, env, encoding: 'utf8' },
    });
    expect({ exitCode: run.status, stdout: run.stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(run.stderr).toMatch(/^ff\w+ is not usable on this server: .+ is not installed; FFMPEG_PATH must name .+\.\n$/);
  });

  it('describes what is wrong as a problem document', () => {
    const [{ file, error }] = parsed(analyze('text.mp3').lines);
    expect(file).toBe('text.mp3');
    expect(error).toMatchObject({
      type: '/problems/media-not-audio',
      title: expect.any(String),
      status: 422,
      detail: expect.any(String),
      instance: expect.stringMatching(/^\/requests\//),
      traceId: expect.stringMatching(/^[0-9a-f]{32}$/),
    });
    expect(JSON.stringify(error)).not.toContain(directory);
  });

  it.each([
    [['--fast', 'clicks.wav'], 'Unknown option'],
    [['--profile', 'best', 'clicks.wav'], "no profile 'best'"],
    [['--profile'], 'argument missing'],
    [[], 'Which file?'],
  ])('prints the usage on stderr and exits with 2 for %j', (args, complaint) => {
    const { exitCode, stdout, stderr } = analyze(...args);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toContain(complaint);
    expect(stderr).toContain('Usage: npm run --silent audio:analyze');
  });

  it('prints the usage on stdout with --help', () => {
    const { exitCode, stdout } = analyze('--help');
    expect(exitCode).toBe(0);
    expect(stdout).toContain('--profile tempo');
  });
});
