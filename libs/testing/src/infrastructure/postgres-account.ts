import { execFileSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { dirname } from 'node:path';

export interface Account {
  readonly uid: number;
  readonly gid: number;
}

/** True when the account may traverse every folder from the root down to `path`. */
export function canTraverse(path: string, { uid, gid }: Account): boolean {
  const { mode, uid: owner, gid: group } = statSync(path);
  const bit = owner === uid ? 0o100 : group === gid ? 0o010 : 0o001;
  return (mode & bit) !== 0 && (dirname(path) === path || canTraverse(dirname(path), { uid, gid }));
}

/** @returns the account of the server when the current user is root, as whom PostgreSQL refuses to run; undefined for any other user */
export function postgresAccount(): Account | undefined {
  if (process.getuid?.() !== 0) return undefined;
  return accountOf('postgres') ?? createAccount();
}

function createAccount(): Account {
  execFileSync(
    'useradd',
    ['--system', '--user-group', '--no-create-home', '--home-dir', '/nonexistent', '--shell', '/usr/sbin/nologin', 'postgres'],
    {
      stdio: 'pipe',
    },
  );
  const created = accountOf('postgres');
  if (!created)
    throw new Error(
      'Root cannot run PostgreSQL, and the user `postgres` could not be created. Run this as another user, or set DATABASE_URL.',
    );
  return created;
}

function accountOf(name: string): Account | undefined {
  try {
    const number = (flag: string) => Number(execFileSync('id', [flag, name], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }));
    return { uid: number('-u'), gid: number('-g') };
  } catch {
    return undefined; // `id` fails for a user that does not exist
  }
}
