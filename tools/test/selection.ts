import { execFileSync, spawnSync } from 'node:child_process';
import { root } from '../setup/paths.ts';
import { jestCommand } from './jest.ts';

/** What the words after `npm test --` ask for. */
export interface Selection {
  readonly jestArgs: readonly string[];
  /** nothing was left out */
  readonly everything: boolean;
  /** lint, types and import directions too */
  readonly checks: boolean;
  /** A suite of its own instead of the usual tests. */
  readonly suite: 'slow' | 'faults' | 'observe' | 'browser' | undefined;
  readonly changed: boolean;
}

const ours = ['--all', '--slow', '--faults', '--observe', '--browser', '--changed', '--no-checks'];

export function selectionOf(words: readonly string[]): Selection {
  const has = (word: string) => words.includes(word);
  const jestArgs = words.filter((word) => !ours.includes(word));
  const suite = (['faults', 'slow', 'observe', 'browser'] as const).find((name) => has(`--${name}`));
  const everything = jestArgs.length === 0 && !suite && !has('--changed');
  return {
    jestArgs,
    everything,
    checks: (everything || has('--all')) && !has('--no-checks') && !suite,
    suite,
    changed: has('--changed'),
  };
}

/** The files that differ from where this branch left `main`, committed or not; those that were deleted are left out. */
export function changedFiles(folder = root): readonly string[] {
  const git = (...args: string[]) =>
    execFileSync('git', args, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).split('\n');
  const files = [
    ...git('diff', '--name-only', '--diff-filter=d', branchPoint(folder)),
    ...git('ls-files', '--others', '--exclude-standard'),
  ];
  return [...new Set(files)].filter((file) => /\.[cm]?[jt]s$/.test(file)).sort();
}

function branchPoint(folder: string): string {
  const { status, stdout } = spawnSync('git', ['merge-base', 'HEAD', 'main'], { cwd: folder, encoding: 'utf8' });
  return status === 0 ? stdout.trim() : 'HEAD';
}

/** The spec files that Jest would run with these arguments; undefined when it cannot tell. */
export function listSpecs(jestArgs: readonly string[], environment: NodeJS.ProcessEnv): readonly string[] | undefined {
  const [script = '', ...args] = jestCommand(jestArgs);
  const { status, stdout } = spawnSync(process.execPath, [script, ...args, '--listTests'], {
    cwd: root,
    env: environment,
    encoding: 'utf8',
  });
  return status === 0 ? stdout.split('\n').filter((line) => line.endsWith('.spec.ts')) : undefined;
}

/** Specs without one of these words in their name use no network; see CONTRIBUTING.md. */
export const needsServers = (spec: string): boolean => /\.(int|e2e|slow|faults|observe|browser)\./.test(spec);
