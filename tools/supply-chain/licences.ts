/** What we ship under which licence, from the lock file and, where that says nothing, from the package itself. */
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';

/** Permissive: use, change and pass on, with the notice. */
const permissive = new Set([
  'MIT',
  'ISC',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  '0BSD',
  'BlueOak-1.0.0',
  'Unlicense',
  'CC0-1.0',
  'Zlib',
]);

export interface Shipped {
  readonly name: string;
  readonly version: string;
  /** SPDX; undefined when neither the lock file nor the package says. */
  readonly licence: string | undefined;
}

const lockFile = z.object({
  packages: z.record(z.string(), z.object({ version: z.string().optional(), license: z.string().optional(), dev: z.boolean().optional() })),
});

/** Everything that `npm ci --omit=dev` installs, optional packages of other machines included. */
export function shipped(root: string): Shipped[] {
  const { packages } = lockFile.parse(JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')));
  return Object.entries(packages)
    .filter(([path, { dev }]) => path !== '' && !dev)
    .map(([path, { version = '', license }]) => ({
      name: path.replace(/^.*node_modules\//, ''),
      version,
      licence: license ?? licenceText(join(root, path)),
    }));
}

/** Old packages have a licence without naming it: recognised by its first words. */
function licenceText(folder: string): string | undefined {
  const [file] = existsSync(folder) ? globSync('{LICENSE,LICENCE,COPYING}*', { cwd: folder }) : [];
  const text = file ? readFileSync(join(folder, file), 'utf8') : readmeOf(folder);
  return /Permission is hereby granted, free of charge, to any person obtaining/.test(text) || /\bMIT License\b/.test(text)
    ? 'MIT'
    : undefined;
}

const readmeOf = (folder: string) => {
  const file = join(folder, 'Readme.md');
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
};

/** An SPDX expression is fine when every part that binds is: all of an AND, one of an OR. */
export function isPermissive(licence: string | undefined): boolean {
  if (!licence) return false;
  const plain = licence.replace(/^\((.*)\)$/, '$1');
  if (plain.includes(' OR ')) return plain.split(' OR ').some(isPermissive);
  return plain.split(' AND ').every((part) => permissive.has(part.trim()));
}
