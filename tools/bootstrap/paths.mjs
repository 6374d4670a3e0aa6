import { join, resolve } from 'node:path';

export const root = resolve(import.meta.dirname, '../..');
export const modules = join(root, 'node_modules');

/** Holds the hash of the lock file whose packages are installed, whole. */
export const stamp = join(modules, '.rafaga-installed');

/** The Node 24 that comes as a package, where there is one for this machine. */
export const pinnedNode = join(modules, `node-${process.platform}-${process.arch}/bin/node`);
