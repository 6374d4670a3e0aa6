/** Where the processes of one user meet on this machine: a private folder with a socket, a lock and the list of members. */
import { lstatSync, mkdirSync, readFileSync, readlinkSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import { type MemberIdentity, maxMembers, memberIdentity, protocolVersion } from './protocol.ts';

/** What the address of a socket holds on macOS; Linux has room for four more. */
const maxSocketPathBytes = 103;

const rollFile = z.array(memberIdentity).max(maxMembers);

export class MachinePlace {
  readonly folder: string;
  readonly socketPath: string;
  readonly lockPath: string;
  readonly #rollPath: string;

  /** @param folder default: one of this user's in the folder for temporary files, so that everything the user runs on this machine meets there */
  constructor(folder = join(tmpdir(), `rafaga-${process.getuid?.() ?? 'user'}`)) {
    const file = (ending: string) => join(folder, `budget-v${protocolVersion}.${ending}`);
    this.folder = folder;
    this.socketPath = file('sock');
    this.lockPath = file('lock');
    this.#rollPath = file('members');
  }

  /** Makes the folder. @throws Error that says why it cannot be used: it must belong to this user and to nobody else */
  prepare(): void {
    if (!process.getuid) throw new Error('sharing needs the sockets of a Unix');
    if (Buffer.byteLength(this.socketPath) > maxSocketPathBytes) throw new Error('the path of the folder is too long for a socket');
    mkdirSync(this.folder, { recursive: true, mode: 0o700 });
    const found = lstatSync(this.folder);
    if (!found.isDirectory()) throw new Error('the folder is something else');
    if (found.uid !== process.getuid() || (found.mode & 0o077) !== 0) throw new Error('the folder is open to other users');
  }

  /** Those whom the last keeper knew. @returns undefined when the list cannot be read: there may have been anybody */
  readRoll(): readonly MemberIdentity[] | undefined {
    try {
      return rollFile.parse(JSON.parse(readFileSync(this.#rollPath, 'utf8')));
    } catch (error) {
      return (error as NodeJS.ErrnoException).code === 'ENOENT' ? [] : undefined;
    }
  }

  /** Only for the holder of the lock. An empty list leaves no file. */
  writeRoll(members: readonly MemberIdentity[]): void {
    const next = `${this.#rollPath}.new`;
    if (members.length > 0) writeFileSync(next, JSON.stringify(members), { mode: 0o600 });
    if (members.length > 0) renameSync(next, this.#rollPath);
    else rmSync(this.#rollPath, { force: true });
  }

  /** What a keeper that was killed left behind. Only for the holder of the lock. */
  removeSocket(): void {
    rmSync(this.socketPath, { force: true });
  }

  /** Which socket lies there, so that a keeper knows its own again. @throws Error when there is none */
  socketInode(): number {
    return lstatSync(this.socketPath).ino;
  }

  /** Keeps what sweeps old temporary files away from ours. */
  touch(): void {
    const now = new Date();
    for (const path of [this.folder, this.lockPath, this.socketPath]) utimesSync(path, now, now);
  }
}

/** Process ids mean something only inside their namespace; containers that share the folder have one each. */
export function processNamespace(): string {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    return ''; // not Linux: there is only one
  }
}

/** False only when it certainly does not run any more. */
export function mayBeAlive({ pid, namespace }: MemberIdentity): boolean {
  if (namespace !== processNamespace()) return true;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}
