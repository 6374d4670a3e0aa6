import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { isPermissive, shipped } from './licences.ts';
import { makeSbom } from './sbom.ts';

const root = join(import.meta.dirname, '../..');

describe('production packages', () => {
  const packages = shipped(root);

  it('are listed', () => expect(packages.length).toBeGreaterThan(100));
  it('have permissive licences: no GPL, no AGPL, none without a licence', () => {
    expect(packages.filter(({ licence }) => !isPermissive(licence))).toEqual([]);
  });
  it('come from the npm registry, with a checksum', () => {
    const { packages: locked } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
      packages: Record<string, { resolved?: string; integrity?: string; dev?: boolean }>;
    };
    const strange = Object.entries(locked).filter(
      ([path, { resolved = 'https://registry.npmjs.org/', integrity, dev }]) =>
        path !== '' && !dev && !(resolved.startsWith('https://registry.npmjs.org/') && integrity?.startsWith('sha512-')),
    );
    expect(strange.map(([path]) => path)).toEqual([]);
  });
});

describe('word lists of others in the source', () => {
  it('stand in the notices, with the file that holds them', () => {
    const notices = readFileSync(join(root, 'NOTICES.md'), 'utf8');
    const data = join(root, 'apps/posts/src/analysis/data');
    const borrowed = readdirSync(data).filter((file) => /\bMIT, Copyright\b/.test(readFileSync(join(data, file), 'utf8').slice(0, 2_000)));
    expect(borrowed.length).toBeGreaterThan(2);
    expect(borrowed.filter((file) => !notices.includes(file))).toEqual([]);
  });
});

describe('isPermissive', () => {
  it.each(['MIT', '(MIT OR GPL-3.0)', 'Apache-2.0 AND MIT', '(MIT OR CC0-1.0)'])('accepts %s', (licence) =>
    expect(isPermissive(licence)).toBe(true),
  );
  it.each(['GPL-3.0-only', 'AGPL-3.0', 'LGPL-2.1 AND MIT', 'SSPL-1.0', 'UNLICENSED', 'SEE LICENSE IN LICENSE', undefined])(
    'rejects %s',
    (licence) => expect(isPermissive(licence)).toBe(false),
  );
});

describe('npm run sbom', () => {
  const bom = makeSbom();
  const refs = new Set(bom.components.map((component) => component['bom-ref']));

  it('lists exactly the production packages with their versions', () => {
    expect([...refs].sort()).toEqual([...new Set(shipped(root).map(({ name, version }) => `${name}@${version}`))].sort());
  });
  it('has a checksum for each package', () => {
    expect(bom.components.filter(({ hashes }) => !(Array.isArray(hashes) && hashes.length > 0))).toEqual([]);
  });
  it('has no dangling dependency references', () => {
    expect(bom.dependencies.flatMap(({ dependsOn }) => dependsOn).filter((ref) => !refs.has(ref))).toEqual([]);
  });
});
