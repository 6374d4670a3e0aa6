import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { plantedCopies } from '../testing/planted-copies.ts';
import { findDuplicates } from './find-duplicates.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rafaga-duplicates-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const program = join(import.meta.dirname, 'duplicates.ts');
const run = (args: readonly string[]) =>
  promisify(execFile)(process.execPath, ['--conditions=source', program, ...args]).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    (error: { code: number; stdout: string; stderr: string }) => error,
  );

async function fileOf(name: string, lines: readonly (string | object)[]): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n'));
  return path;
}

describe('documents:duplicates', () => {
  it('prints a line a group, the largest first, and names the lines that are no documents', async () => {
    const text = 'one two three four five six seven eight nine ten';
    const path = await fileOf('groups.jsonl', [
      ...[{ id: 'x', text: 'alone in the world' }, { id: 'b', text }, { id: 'a', text: `${text} eleven` }, '{"id": 3', ''],
      ...[
        { id: 'b', text: 'again' },
        { id: 9, text: 'short' },
        { id: 10, text: 'Short!' },
        { id: 'c', text },
      ],
    ]);
    const { code, stdout, stderr } = await run([path]);
    expect(stdout).toBe('{"ids":["a","b","c"],"similarity":0.889}\n{"ids":["10","9"],"similarity":1}\n');
    expect(stderr).toBe('line 4: not an object with the fields id and text\nline 6: the id "b" is there already\n');
    expect(code).toBe(1);
  });

  it.each([
    [[], 2],
    [['a', 'b'], 2],
    [['/nowhere/at/all.jsonl'], 1],
    [['--help'], 0],
  ])('called with %j ends with %i', async (args, code) => {
    expect((await run(args)).code).toBe(code);
  });

  it('finds the planted copies of a larger file', async () => {
    const { texts, pairs } = plantedCopies(3_000, 150, 5);
    const path = await fileOf(
      'planted.jsonl',
      texts.map((text, at) => ({ id: `d${at}`, text })),
    );
    const groups = await findDuplicates(path, () => undefined);
    const found = new Set(groups.map(({ ids }) => ids.join(' ')));
    const expected = pairs.map((pair) =>
      pair
        .map((at) => `d${at}`)
        .sort()
        .join(' '),
    );
    expect(expected.filter((pair) => found.has(pair)).length).toBeGreaterThan(100);
    expect(groups.filter(({ ids }) => !expected.includes(ids.join(' ')))).toEqual([]);
  });
});
