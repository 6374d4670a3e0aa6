/** A copy of the working tree with a noun written into it, for the specs of the generator. */
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '../setup/paths.ts';

export interface ScaffoldedCopy extends Disposable {
  readonly folder: string;
  /** Runs the generator in the copy. @returns what it says @throws Error with its output when it refuses */
  generate(...words: string[]): string;
}

/** Takes what git knows and what is new and not ignored; `node_modules` is a link. */
export function copyOfWorkingTree(): ScaffoldedCopy {
  const folder = mkdtempSync(join(tmpdir(), 'rafaga-new-'));
  const list = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: root, encoding: 'utf8' });
  for (const file of list.split('\0').filter((name) => name && existsSync(join(root, name)))) cpSync(join(root, file), join(folder, file));
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  const { NODE_OPTIONS: _flags, ...env } = process.env;
  const generate = (...words: string[]) =>
    execFileSync(process.execPath, ['--conditions=source', '--disable-warning=ExperimentalWarning', 'tools/new/main.ts', ...words], {
      cwd: folder,
      env,
      encoding: 'utf8',
      stdio: 'pipe',
    });
  return { folder, generate, [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }) };
}
