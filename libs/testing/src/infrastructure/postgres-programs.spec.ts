import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mayPass } from './postgres-account.ts';
import { copyPrograms, reachableDataDir } from './postgres-programs.ts';

/** Somebody who owns nothing here. */
const account = { uid: 64_999, gid: 64_999 };
const modeOf = (path: string) => (statSync(path).mode & 0o777).toString(8);

let folder: string;
let open: string;
let closed: string;
let umask: number;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rafaga-modes-'));
  chmodSync(folder, 0o711);
  umask = process.umask(0o077);
  [open, closed] = [join(folder, 'open'), join(folder, 'closed')];
  mkdirSync(closed);
});
afterEach(() => {
  process.umask(umask);
  rmSync(folder, { recursive: true, force: true });
});

describe('the data folder of PostgreSQL, wanted in a closed folder under umask 077', () => {
  const wanted = () => join(closed, 'data');

  it('is in a folder that the account can reach', () => {
    expect(mayPass(dirname(reachableDataDir(wanted(), account, open)), account)).toBe(true);
  });

  it('can be reached also where an earlier start left that folder closed', () => {
    const real = reachableDataDir(wanted(), account, open);
    chmodSync(open, 0o700);
    expect(reachableDataDir(wanted(), account, open)).toBe(real);
    expect(mayPass(open, account)).toBe(true);
  });

  it('keeps its data when the folder above it is closed later, and when that is opened again', () => {
    mkdirSync(wanted());
    writeFileSync(join(wanted(), 'PG_VERSION'), '18');
    writeFileSync(`${wanted()}.password`, 'secret');
    const real = reachableDataDir(wanted(), account, open);
    expect(existsSync(join(real, 'PG_VERSION'))).toBe(true);
    expect(readFileSync(`${real}.password`, 'utf8')).toBe('secret');
    chmodSync(closed, 0o711);
    expect(reachableDataDir(wanted(), account, open)).toBe(real);
  });
});

describe('the programs of PostgreSQL, copied under umask 077', () => {
  beforeEach(() => {
    mkdirSync(join(closed, 'native/bin'), { recursive: true });
    mkdirSync(join(closed, 'native/lib'));
    for (const file of ['bin/initdb', 'lib/libpq.so.5.18']) writeFileSync(join(closed, 'native', file), file);
    chmodSync(join(closed, 'native/bin/initdb'), 0o700);
    symlinkSync('libpq.so.5.18', join(closed, 'native/lib/libpq.so.5'));
  });

  const modes = (copy: string) => ['', 'native/lib', 'native/lib/libpq.so.5', 'native/bin/initdb'].map((path) => modeOf(join(copy, path)));

  it('can be read and run by the account', () => {
    expect(modes(copyPrograms(closed, '18.4', open))).toEqual(['755', '755', '644', '755']);
  });

  it('are opened where an earlier start left them closed', () => {
    const copy = copyPrograms(closed, '18.4', open);
    for (const path of ['native/lib', 'native/bin/initdb', '']) chmodSync(join(copy, path), 0o700);
    expect(modes(copyPrograms(closed, '18.4', open))).toEqual(['755', '755', '644', '755']);
  });
});
