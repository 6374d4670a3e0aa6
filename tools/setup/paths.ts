import { join, resolve } from 'node:path';

export const root = resolve(import.meta.dirname, '../..');
export const dataFolder = join(root, '.rafaga');
/** Where Node keeps what it has compiled, so that the next process starts sooner; it would be a folder in /tmp otherwise. */
export const compileCache = join(dataFolder, 'compile-cache');
export const logFolder = join(dataFolder, 'logs');
