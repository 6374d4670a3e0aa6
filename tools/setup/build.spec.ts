import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { sourceHash } from './build.ts';

let folder: string;
const write = (path: string, text: string) => {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
};
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rafaga-build-'));
  for (const name of ['.swcrc', 'package.json', 'package-lock.json']) write(name, '{}');
  write('apps/audio/src/main.ts', 'one');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('sourceHash', () => {
  it('is stable for unchanged sources', () => expect(sourceHash(folder)).toBe(sourceHash(folder)));

  it.each([
    ['a source changes', () => write('apps/audio/src/main.ts', 'two')],
    ['a source is added', () => write('libs/contracts/src/index.ts', '')],
    ['a source is renamed', () => renameSync(join(folder, 'apps/audio/src/main.ts'), join(folder, 'apps/audio/src/start.ts'))],
    ['an asset changes', () => write('apps/posts/src/words.json', '[]')],
    ['the compiler options change', () => write('.swcrc', '{"minify":true}')],
  ])('is another one when %s', (_what, change) => {
    const before = sourceHash(folder);
    change();
    expect(sourceHash(folder)).not.toBe(before);
  });

  it('ignores specs, which are not built', () => {
    const before = sourceHash(folder);
    write('apps/audio/src/main.spec.ts', 'test');
    expect(sourceHash(folder)).toBe(before);
  });
});
