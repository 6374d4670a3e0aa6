import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { root } from './install.mjs';

interface LockedPackage {
  readonly version?: string;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}
type Named = Readonly<Record<string, LockedPackage>>;

const read = (name: string) => JSON.parse(readFileSync(join(root, name), 'utf8'));
const locked: Named = read('package-lock.json').packages;

/** Resolution as in Node: node_modules of the package, then of its parent folders. */
function resolves(from: string, name: string): boolean {
  const above = from.lastIndexOf('/node_modules/');
  const here = Object.hasOwn(locked, `${from ? `${from}/` : ''}node_modules/${name}`);
  return here || (from !== '' && resolves(above < 0 ? '' : from.slice(0, above), name));
}

describe('package-lock.json', () => {
  it('contains the optional packages of all platforms: npm ci rejects a lock file without them', () => {
    const missing = Object.entries(locked).flatMap(([from, { optionalDependencies = {} }]) =>
      Object.keys(optionalDependencies).filter((name) => !resolves(from, name)),
    );
    expect(missing).toEqual([]);
  });

  it('matches package.json', () => {
    const { dependencies, devDependencies, optionalDependencies }: LockedPackage = read('package.json');
    expect(locked['']).toMatchObject({ dependencies, devDependencies, optionalDependencies });
  });

  it('has a version for every package', () => {
    expect(Object.entries(locked).filter(([path, { version }]) => path && !version)).toEqual([]);
  });
});
