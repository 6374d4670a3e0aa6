import { join, resolve } from 'node:path';

export const root = resolve(import.meta.dirname, '../..');
export const modules = join(root, 'node_modules');

/** Contains the hash of the lock file whose packages are completely installed. */
export const stamp = join(modules, '.rafaga-installed');

/** The Node 24 binary from npm, where there is one for this platform. */
export const pinnedNode = join(modules, `node-${process.platform}-${process.arch}/bin/node`);
