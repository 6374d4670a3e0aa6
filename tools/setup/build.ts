import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, globSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { print, step } from '../bootstrap/console.mjs';
import { lock } from '../bootstrap/lock.mjs';
import { dataFolder, root } from './paths.ts';

const dist = join(root, 'dist');
const stamp = join(dist, '.built-from');
/** In node_modules, not in the data folder, which may be on another file system: the build is published by a rename. */
const fresh = join(root, 'node_modules/.rafaga-dist-fresh');
const old = join(root, 'node_modules/.rafaga-dist-old');
const settings = ['.swcrc', 'package.json', 'package-lock.json'];

/** Compiles apps and libs into dist/ unless it is up to date. An interrupted build leaves dist/ unchanged. */
export async function ensureBuilt(): Promise<void> {
  const release = await lock(join(dataFolder, 'build.lock'), (pid) => print(`build     waiting for process ${pid}, which is building …`));
  try {
    const hash = sourceHash(root);
    if (existsSync(stamp) && readFileSync(stamp, 'utf8') === hash) return;
    await step('build', 'compiling apps and libs …', () => build(hash));
  } finally {
    release();
  }
}

/** Marks dist/ as up to date after single files were compiled. */
export function markBuilt(): void {
  writeFileSync(stamp, sourceHash(root));
}

/** Hash of all files that the build reads. */
export function sourceHash(folder: string): string {
  const hash = createHash('sha256');
  const files = globSync(['apps/**/*', 'libs/**/*'], { cwd: folder, withFileTypes: true }).filter(
    (entry) => entry.isFile() && !isSpec(entry.name),
  );
  const paths = [...settings.map((name) => join(folder, name)), ...files.map((entry) => join(entry.parentPath, entry.name)).sort()];
  for (const path of paths) hash.update(path.slice(folder.length)).update('\0').update(readFileSync(path)).update('\0');
  return hash.digest('hex');
}

export const isSpec = (path: string) => /\.spec\.ts$/.test(path);

async function build(hash: string): Promise<string> {
  rmSync(fresh, { recursive: true, force: true });
  await compile(fresh);
  copyRest();
  writeFileSync(join(fresh, '.built-from'), hash);
  rmSync(old, { recursive: true, force: true });
  if (existsSync(dist)) renameSync(dist, old);
  renameSync(fresh, dist);
  rmSync(old, { recursive: true, force: true });
  return 'compiled';
}

async function compile(into: string): Promise<void> {
  const swc = join(root, 'node_modules/.bin/swc');
  const child = spawn(process.execPath, [swc, 'apps', 'libs', '--out-dir', into, '--quiet'], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (piece: Buffer) => (output += piece));
  const code = await new Promise((done) => child.once('error', done).once('exit', done));
  if (code !== 0) throw new Error(`The build failed.\n${output.trim()}`);
}

/** Copies word lists, templates and other assets that are read at run time. */
function copyRest(): void {
  for (const entry of globSync(['apps/**/*', 'libs/**/*'], { cwd: root, withFileTypes: true })) {
    if (!entry.isFile() || /\.[cm]?tsx?$/.test(entry.name)) continue;
    const path = join(entry.parentPath, entry.name);
    cpSync(path, join(fresh, path.slice(root.length)));
  }
}
