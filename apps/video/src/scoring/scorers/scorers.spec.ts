/** Scorers in their processes: what they may do, and what becomes of those that misbehave. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { runScorer } from './run-scorer.ts';
import { loadScorers, type Scorer } from './scorer-manifest.ts';

const scorer = (code: string): Scorer => ({
  ...{ name: 'tried', version: '1.0.0', description: '', script: 'scorer.js', code },
  limits: { cpuSeconds: 4, memoryMb: 64 },
});
const rows = { rowCount: 3, values: Float64Array.of(1, 2, Number.NaN, 10, 20, 30) };
const input = { rows, names: ['views', 'likes'], weights: [0.5, -1], signal: new AbortController().signal };
const run = (code: string, limits = scorer('').limits) => runScorer({ ...scorer(code), limits }, input);

describe('runScorer', () => {
  it('gives a scorer the columns and weights, and takes its scores', async () => {
    const code =
      'const score = ({ rowCount, columns, weights }) => Array.from({ length: rowCount }, (_, at) => (columns.views[at] || 0) * weights.views + columns.likes[at] * weights.likes);';
    expect([...(await run(code))]).toEqual([-9.5, -19, -30]);
  });

  it('reaches neither modules, files, network, process nor code from text', async () => {
    const tries = [
      ...['process', 'require', 'fetch', 'WebSocket', 'setTimeout', 'Buffer', 'module'].map((name) => `typeof ${name} === 'undefined'`),
      `throws(() => Function('return 1')())`,
      `throws(() => eval('1'))`,
      `throws(() => given.columns.views.constructor.constructor('return process')())`,
      `throws(() => given.columns.views.buffer.constructor.constructor('return process')())`,
      `throws(() => this.constructor.constructor('return process')())`,
      `throws(() => score.caller.constructor('return process')())`,
      `throws(() => { let found; Error.prepareStackTrace = (_, sites) => { found = sites.map((site) => site.getThis()).find(Boolean); }; new Error().stack; found.constructor.constructor('return process')(); })`,
    ];
    const code = `const throws = (f) => { try { f(); return false; } catch { return true; } };
      function score(given) { const held = [${tries.join(',')}]; return [held.findIndex((each) => !each), held.length, 0]; }`;
    expect([...(await run(code))]).toEqual([-1, tries.length, 0]);
  });

  it.each([
    ['throws', 'function score() { throw new Error("no"); }', 'its script threw an error'],
    ['has a fault in its text', 'function score( {', 'its script threw an error'],
    ['has no function', 'const points = 1;', 'its script threw an error'],
    ['ends its process', 'function score() { process.exit(0); }', 'its script threw an error'],
    ['gives too few scores', 'const score = () => [1, 2];', 'it did not give one score for each row'],
    ['gives too many scores', 'const score = () => new Array(1e6).fill(0);', 'it did not give one score for each row'],
    ['gives nothing', 'const score = () => undefined;', 'it did not give one score for each row'],
    ['gives NaN', 'const score = () => [1, NaN, 2];', 'a score is not a finite number'],
    ['gives what is too large', 'const score = () => [1, 1e300, 2];', 'a score is not a finite number'],
    ['gives a promise', 'const score = async () => [1, 2, 3];', 'it did not give one score for each row'],
    ['gives a module', 'const score = () => import("node:fs").then(() => 1);', 'it did not give one score for each row'],
  ])('refuses the scores of one that %s', async (_what, code, reason) => {
    await expect(run(code)).rejects.toMatchObject({ code: 'scorer-failed', message: `The scorer tried@1.0.0 failed: ${reason}.` });
  });

  it.each([
    ['a handler of a module that it may not load', `import('node:net').catch((error) => { for (;;) error.constructor; })`],
    ['a promise', 'Promise.resolve().then(() => { for (;;); })'],
    ['promises without end', '(function again() { Promise.resolve().then(again); })()'],
    ['an asynchronous function', '(async () => { await null; for (;;); })()'],
    ['a timer', 'Atomics.waitAsync(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1).value.then(() => { for (;;); })'],
    [
      'a loader of modules as its result',
      `const [given] = [{ get length() { import('node:net').then(() => 0, () => { for (;;); }); return 3; }, 0: 7, 1: 7, 2: 7 }]`,
    ],
  ])('runs nothing of a scorer after its scores: not %s', async (_what, left) => {
    const isGiven = left.startsWith('const');
    const code = isGiven ? `${left}; const score = () => given;` : `const score = () => { ${left}; return [7, 7, 7]; };`;
    expect([...(await run(code, { cpuSeconds: 2, memoryMb: 64 }))]).toEqual([7, 7, 7]);
  });

  it('runs nothing of a scorer after its error', async () => {
    const code = `import('node:net').catch(() => { for (;;); }); throw new Error('no');`;
    await expect(run(code)).rejects.toMatchObject({ message: 'The scorer tried@1.0.0 failed: its script threw an error.' });
  });

  it('ends one that never ends, by its CPU time', async () => {
    const endless = run('function score() { for (;;); }', { cpuSeconds: 1, memoryMb: 64 });
    await expect(endless).rejects.toMatchObject({
      code: 'scorer-failed',
      message: 'The scorer tried@1.0.0 failed: it took more than 1 s.',
    });
  });

  it('ends one that takes too much memory', async () => {
    const greedy = run('function score() { const all = []; for (;;) all.push(new Array(1e5).fill(all.length)); }', {
      cpuSeconds: 10,
      memoryMb: 32,
    });
    await expect(greedy).rejects.toMatchObject({ code: 'scorer-failed', message: expect.stringContaining('more than 32 MB of memory') });
  });

  it('ends when the caller cancels', async () => {
    const endless = runScorer(scorer('function score() { for (;;); }'), { ...input, signal: AbortSignal.abort() });
    await expect(endless).rejects.toMatchObject({ code: 'cancelled' });
  });
});

describe('loadScorers', () => {
  let folder: string;
  const put = async (name: string, manifest: unknown, script = 'const score = () => [];') => {
    await mkdir(join(folder, name));
    await writeFile(join(folder, name, 'scorer.json'), typeof manifest === 'string' ? manifest : JSON.stringify(manifest));
    await writeFile(join(folder, name, 'scorer.js'), script);
  };
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rafaga-scorers-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('reads manifests and scripts, and tells the faults of the others', async () => {
    await put('a-good', { name: 'good', version: '1.0.0', limits: { cpuSeconds: 2 } });
    await put('b-twin', { name: 'good', version: '2.0.0' });
    await put('c-text', 'no JSON');
    await put('d-path', { name: 'path', version: '1.0.0', script: '../../etc/passwd' });
    await put('e-limits', { name: 'limits', version: '1.0.0', limits: { cpuSeconds: 1_000 } });
    await put('f-large', { name: 'large', version: '1.0.0' }, ' '.repeat((1 << 20) + 1));
    await mkdir(join(folder, 'g-empty'));
    const { scorers, faults } = await loadScorers(folder);
    expect([...scorers.values()]).toEqual([
      {
        name: 'good',
        version: '1.0.0',
        description: '',
        script: 'scorer.js',
        limits: { cpuSeconds: 2, memoryMb: 128 },
        code: 'const score = () => [];',
      },
    ]);
    expect(faults.map((fault) => fault.slice(0, 6))).toEqual(['b-twin', 'c-text', 'd-path', 'e-limi', 'f-larg', 'g-empt']);
    expect(faults[0]).toContain('there are two scorers named good');
  });
});
