import { join, resolve } from 'node:path';

export const root = resolve(import.meta.dirname, '../..');
export const dataFolder = join(root, '.rafaga');
export const logFolder = join(dataFolder, 'logs');
