import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { canTraverse } from './postgres-account.ts';
import { copyPrograms, reachableDataDir } from './postgres-programs.ts';

/** An account that owns none of these files. */
const account = { uid: 64_999, gid: 64_999 };
const modeOf = (path: string) => (statSync(path).mode & 0o777).toString(8);

let folder: string;
let shared: string;
let restricted: string;
let umask: number;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rafaga-modes-'));
  chmodSync(folder, 0o711);
  umask = process.umask(0o077);
  [shared, restricted] = [join(folder, 'shared'), join(folder, 'restricted')];
  mkdirSync(restricted);
});
afterEach(() => {
  process.umask(umask);
  rmSync(folder, { recursive: true, force: true });
});

describe('the data folder of PostgreSQL, wanted in a private folder under umask 077', () => {
  const wanted = () => join(restricted, 'data');

  it('is created in a folder that the account can reach', () => {
    expect(canTraverse(dirname(reachableDataDir(wanted(), account, shared)), account)).toBe(true);
  });

  it('is reachable also after an earlier start left the folder private', () => {
    const real = reachableDataDir(wanted(), account, shared);
    chmodSync(shared, 0o700);
    expect(reachableDataDir(wanted(), account, shared)).toBe(real);
    expect(canTraverse(shared, account)).toBe(true);
  });

  it('keeps its data when its parent folder becomes private and traversable again', () => {
    mkdirSync(wanted());
    writeFileSync(join(wanted(), 'PG_VERSION'), '18');
    writeFileSync(`${wanted()}.password`, 'secret');
    const real = reachableDataDir(wanted(), account, shared);
    expect(existsSync(join(real, 'PG_VERSION'))).toBe(true);
    expect(readFileSync(`${real}.password`, 'utf8')).toBe('secret');
    chmodSync(restricted, 0o711);
    expect(reachableDataDir(wanted(), account, shared)).toBe(real);
  });
});

describe('the programs of PostgreSQL, copied under umask 077', () => {
  beforeEach(() => {
    mkdirSync(join(restricted, 'native/bin'), { recursive: true });
    mkdirSync(join(restricted, 'native/lib'));
    for (const file of ['bin/initdb', 'lib/libpq.so.5.18']) writeFileSync(join(restricted, 'native', file), file);
    chmodSync(join(restricted, 'native/bin/initdb'), 0o700);
    symlinkSync('libpq.so.5.18', join(restricted, 'native/lib/libpq.so.5'));
  });

  const modes = (copy: string) => ['', 'native/lib', 'native/lib/libpq.so.5', 'native/bin/initdb'].map((path) => modeOf(join(copy, path)));

  it('are readable and executable for the account', () => {
    expect(modes(copyPrograms(restricted, '18.4', shared))).toEqual(['755', '755', '644', '755']);
  });

  it('are made readable when an earlier start left them private', () => {
    const copy = copyPrograms(restricted, '18.4', shared);
    for (const path of ['native/lib', 'native/bin/initdb', '']) chmodSync(join(copy, path), 0o700);
    expect(modes(copyPrograms(restricted, '18.4', shared))).toEqual(['755', '755', '644', '755']);
  });
});
