import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

/**
 * A lock that dies with its holder: a file that names the process, taken over once that process is gone.
 *
 * @returns how to let go (also done at exit), or `{ holder }` when somebody has it
 */
export function tryLock(file) {
  mkdirSync(dirname(file), { recursive: true });
  const mine = `${file}.${process.pid}`;
  writeFileSync(mine, JSON.stringify({ pid: process.pid, startedAt: startOf(process.pid) }));
  try {
    const holder = linkLock(mine, file) ? undefined : takeOver(mine, file);
    return holder ? { holder } : { release: releaser(file) };
  } finally {
    rmSync(mine, { force: true });
  }
}

/** Waits for the lock as long as its holder lives; `onWait` is told once who has it. */
export async function lock(file, onWait) {
  let told = false;
  for (;;) {
    const { release, holder } = tryLock(file);
    if (release) return release;
    if (!told) onWait(holder);
    told = true;
    await wait(200);
  }
}

/** Linking is the one step that either wins or finds the file there. */
function linkLock(mine, file) {
  try {
    linkSync(mine, file);
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
}

/** @returns the pid of the living holder; nothing when the lock is ours now */
function takeOver(mine, file) {
  const holder = readHolder(file);
  if (holder && startOf(holder.pid) === holder.startedAt) return holder.pid;
  const aside = `${mine}.stale`;
  try {
    renameSync(file, aside);
  } catch {
    return readHolder(file)?.pid ?? process.pid; // somebody else moved it first: they are the ones to wait for
  }
  const moved = readHolder(aside);
  if (moved && startOf(moved.pid) === moved.startedAt) linkLock(aside, file); // it had just been taken over by another: give it back
  rmSync(aside, { force: true });
  return linkLock(mine, file) ? undefined : (readHolder(file)?.pid ?? process.pid);
}

/** Who is written down in a lock file, dead or alive. */
export function readHolder(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined; // gone, or half written by a process that was killed: nobody's
  }
}

function releaser(file) {
  const release = () => {
    process.off('exit', release);
    try {
      unlinkSync(file);
    } catch {
      // the whole folder may be gone by now, and the lock with it
    }
  };
  process.on('exit', release);
  return release;
}

/** When the process with this number started (Linux), or just that it exists; nothing when it does not. */
export function startOf(pid) {
  try {
    if (process.platform === 'linux') {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return fields[0] === 'Z' ? undefined : `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()}/${fields[19]}`;
    }
    process.kill(pid, 0);
    return 'running';
  } catch {
    return undefined;
  }
}
