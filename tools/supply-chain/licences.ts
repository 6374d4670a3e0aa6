/** Licences of the production packages, from the lock file or else from the package itself. */
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';

/** Permissive licences. */
const permissive = new Set([
  'MIT',
  'MIT-0',
  'ISC',
  'Apache-2.0',
  'Apache 2.0', // as usearch spells it
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
  /** SPDX expression; undefined when unknown. */
  readonly licence: string | undefined;
}

const lockFile = z.object({
  packages: z.record(z.string(), z.object({ version: z.string().optional(), license: z.string().optional(), dev: z.boolean().optional() })),
});

/** All packages that `npm ci --omit=dev` installs, including optional packages for other platforms. */
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

/** Old packages have only a licence file: it is identified by its first words. */
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

/** Whether an SPDX expression is permissive: all operands of AND, one operand of OR. */
export function isPermissive(licence: string | undefined): boolean {
  if (!licence) return false;
  const plain = licence.replace(/^\((.*)\)$/, '$1');
  if (plain.includes(' OR ')) return plain.split(' OR ').some(isPermissive);
  return plain.split(' AND ').every((part) => permissive.has(part.trim()));
}
