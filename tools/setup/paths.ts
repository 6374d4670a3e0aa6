import { join, resolve } from 'node:path';

export const root = resolve(import.meta.dirname, '../..');
export const dataFolder = join(root, '.rafaga');
/** Node's compile cache, which shortens process starts; the default is a folder in /tmp. */
export const compileCache = join(dataFolder, 'compile-cache');
export const logFolder = join(dataFolder, 'logs');
