import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

/**
 * A lock file with the pid of its holder. It is stale, and can be taken over, once that process has ended.
 *
 * @returns a release function (also called at exit), or `{ holder }` when another process holds the lock
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

/** Waits for the lock while its holder runs; `onWait` is called once with the holder's pid. */
export async function lock(file, onWait) {
  let notified = false;
  for (;;) {
    const { release, holder } = tryLock(file);
    if (release) return release;
    if (!notified) onWait(holder);
    notified = true;
    await wait(200);
  }
}

/** link(2) is atomic: it creates the file or fails because it exists. */
function linkLock(mine, file) {
  try {
    linkSync(mine, file);
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
}

/** @returns the pid of the running holder; undefined when this process holds the lock now */
function takeOver(mine, file) {
  const holder = readHolder(file);
  if (holder && startOf(holder.pid) === holder.startedAt) return holder.pid;
  const aside = `${mine}.stale`;
  try {
    renameSync(file, aside);
  } catch {
    return readHolder(file)?.pid ?? process.pid; // another process moved it first: wait for that one
  }
  const moved = readHolder(aside);
  if (moved && startOf(moved.pid) === moved.startedAt) linkLock(aside, file); // another process had just acquired it: restore it
  rmSync(aside, { force: true });
  return linkLock(mine, file) ? undefined : (readHolder(file)?.pid ?? process.pid);
}

/** The process recorded in a lock file, running or not. */
export function readHolder(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined; // missing, or partly written by a killed process: no holder
  }
}

function releaser(file) {
  const release = () => {
    process.off('exit', release);
    try {
      unlinkSync(file);
    } catch {
      // the folder may have been deleted
    }
  };
  process.on('exit', release);
  return release;
}

/** Start time of a process (Linux) or `running`; undefined when it does not exist. Detects pid reuse. */
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
