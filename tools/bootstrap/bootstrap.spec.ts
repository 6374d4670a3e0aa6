import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { isComplete } from './install.mjs';
import { lock, tryLock } from './lock.mjs';

describe('isComplete', () => {
  const otherPlatform = { version: '2.0.0', optional: true, os: ['plan9'], cpu: ['x64'] };
  const thisPlatform = { version: '3.0.0', optional: true, os: process.platform, cpu: [process.arch] };
  const wanted = {
    packages: { '': {}, 'node_modules/a': { version: '1.0.0' }, 'node_modules/b': otherPlatform, 'node_modules/c': thisPlatform },
  };
  const good = { 'node_modules/a': { version: '1.0.0' }, 'node_modules/c': { version: '3.0.0' } };
  const there = () => true;

  it('ignores optional packages for other platforms', () => expect(isComplete(wanted, { packages: good }, there)).toBe(true));

  it.each([
    ['nothing is installed', undefined],
    ['a package is missing', { packages: { 'node_modules/c': { version: '3.0.0' } } }],
    ['a package has another version', { packages: { ...good, 'node_modules/a': { version: '1.0.1' } } }],
    ['an optional package for this platform is missing', { packages: { 'node_modules/a': { version: '1.0.0' } } }],
  ])('is false when %s', (_why, installed) => expect(isComplete(wanted, installed, there)).toBe(false));

  it('is false when a package folder was removed', () => {
    expect(isComplete(wanted, { packages: good }, (path) => path !== 'node_modules/a')).toBe(false);
  });
});

describe('a lock', () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'rafaga-lock-'));
    file = join(folder, 'the.lock');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('has one holder at a time and records its pid', () => {
    const first = tryLock(file);
    expect(tryLock(file).holder).toBe(process.pid);
    first.release?.();
    const second = tryLock(file);
    expect(second.holder).toBeUndefined();
    second.release?.();
    expect(readdirSync(folder)).toEqual([]);
  });

  it('is released when its holder exits or is killed', async () => {
    const code = `import { tryLock } from ${JSON.stringify(join(import.meta.dirname, 'lock.mjs'))}; tryLock(${JSON.stringify(file)}); console.log('held'); setInterval(() => {}, 1000);`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(child.stdout, 'data');
    expect(tryLock(file).holder).toBe(child.pid);
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
    expect(existsSync(file)).toBe(true);
    expect(tryLock(file).release).toBeDefined();
  });

  it('ignores an empty lock file', () => {
    writeFileSync(file, '');
    expect(tryLock(file).release).toBeDefined();
  });

  it('is handed over to a waiting process', async () => {
    const first = tryLock(file);
    let holder = 0;
    const second = lock(file, (pid) => {
      holder = pid;
      first.release?.();
    });
    (await second)();
    expect(holder).toBe(process.pid);
  });
});
