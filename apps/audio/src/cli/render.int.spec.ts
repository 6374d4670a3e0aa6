import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { writeWav } from '#testing';
import { readRenderArguments } from './render-arguments.ts';

const program = fileURLToPath(new URL('./render.ts', import.meta.url));
let folder: string;

/** Runs the command as npm would, in the folder of the recording. */
function render(...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--conditions=source', program, ...args], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, TMPDIR: folder, INIT_CWD: folder },
  });
  return { status, stdout, stderr };
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'cli-render-'));
  const tone = Float32Array.from({ length: 16_000 }, (_, n) => 0.3 * Math.sin((2 * Math.PI * 440 * n) / 8_000));
  writeWav(join(folder, 'tone.wav'), [tone], 8_000);
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('audio:render', () => {
  it('writes a rendition beside the file and says what it is; a file that is there is replaced only when told', () => {
    const { status, stdout } = render('tone.wav', '--level', 'low', '--format', 'opus', '--measure');
    expect(status).toBe(0);
    const line = JSON.parse(stdout);
    expect(line).toMatchObject({ file: 'tone.wav', output: join(folder, 'tone.low.opus'), codec: 'opus', level: 'low', decidedBy: null });
    expect(line.quality.segmentalSnrDb).toBeGreaterThan(0);
    expect(readFileSync(line.output).length).toBe(line.sizeBytes);
    const again = render('tone.wav', '--level', 'low', '--format', 'opus');
    expect(again).toMatchObject({ status: 1, stderr: expect.stringContaining('--force') });
    expect(render('tone.wav', '--level', 'low', '--format', 'wav', '--out', 'tone.wav', '--force').stderr).toContain('would be replaced');
    expect(readdirSync(folder).sort()).toEqual(['tone.low.opus', 'tone.wav']);
  });

  it('says what is possible, and that there is no such file', () => {
    const refused = render('tone.wav', '--level', 'lossless', '--format', 'mp3');
    expect(refused).toMatchObject({ status: 1, stdout: '', stderr: expect.stringContaining('lossless is possible in ogg, m4a, wav.') });
    expect(render('none.wav', '--level', 'low', '--format', 'mp3')).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/no such file/),
    });
    expect(existsSync(join(folder, 'tone.lossless.mp3'))).toBe(false);
  });
});

describe('readRenderArguments', () => {
  it.each([
    [[], 'Which file?'],
    [['a', 'b'], 'One file at a time'],
    [['a'], 'Which level?'],
    [['a', '--level', 'best', '--format', 'mp3'], "There is no level 'best'"],
    [['a', '--level', 'low', '--format', 'wma'], "There is no format 'wma'"],
    [['a', '--level', 'low', '--format', 'mp3', '--max-size-kb', '9'], 'are for --level auto'],
    [['a', '--level', 'auto', '--format', 'mp3', '--min-quality', '99'], 'takes a number from -10 to 35'],
  ] as const)('refuses %j: %s', (args, sentence) => expect(() => readRenderArguments(args)).toThrow(sentence));

  it('explains itself', () => expect(readRenderArguments(['--help'])).toBe('help'));
});
