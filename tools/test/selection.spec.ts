import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { changedFiles, needsServers, selectionOf } from './selection.ts';

describe('selectionOf', () => {
  it.each([
    [[], { everything: true, checks: true }],
    [['--no-checks'], { everything: true, checks: false }],
    [['apps/audio'], { everything: false, checks: false, jestArgs: ['apps/audio'] }],
    [['--all', 'apps/audio'], { everything: false, checks: true, jestArgs: ['apps/audio'] }],
    [['--changed'], { everything: false, checks: false, changed: true, jestArgs: [] }],
    [['--faults'], { everything: false, checks: false, suite: 'faults' }],
    [['--observe'], { everything: false, checks: false, suite: 'observe' }],
    [['--browser'], { everything: false, checks: false, suite: 'browser' }],
    [['--slow'], { everything: false, checks: false, suite: 'slow' }],
  ])('%p', (words: string[], expected) => expect(selectionOf(words)).toMatchObject(expected));
});

describe('needsServers', () => {
  it.each(['jobs.int.spec.ts', 'uploads.e2e.spec.ts', 'jobs.faults.int.spec.ts', 'panels.observe.spec.ts', 'player.browser.spec.ts'])(
    '%s does',
    (spec) => expect(needsServers(spec)).toBe(true),
  );
  it.each(['tempo.spec.ts', 'point.spec.ts'])('%s does not', (spec) => expect(needsServers(spec)).toBe(false));
});

describe('changedFiles', () => {
  it('are those changed since the branch left main, committed, edited or new', () => {
    const folder = mkdtempSync(join(tmpdir(), 'rafaga-changed-'));
    const git = (...args: string[]) =>
      execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', ...args], { cwd: folder, stdio: 'ignore' });
    const write = (name: string) => writeFileSync(join(folder, name), name + Math.random());
    const commit = (...names: string[]) => {
      names.forEach(write);
      git('add', '.');
      git('commit', '-m', 'x');
    };
    git('init', '-b', 'main');
    commit('same.ts', 'edited.ts', 'gone.ts', 'text.md');
    git('checkout', '-b', 'topic');
    commit('committed.ts');
    ['edited.ts', 'text.md', 'new.ts'].forEach(write);
    rmSync(join(folder, 'gone.ts'));
    const found = changedFiles(folder);
    rmSync(folder, { recursive: true, force: true });
    expect(found).toEqual(['committed.ts', 'edited.ts', 'new.ts']);
  });
});
