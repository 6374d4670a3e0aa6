import { setTimeout as wait } from 'node:timers/promises';

/**
 * Polls `check` until it returns true.
 *
 * @param check an exception counts as false
 * @returns false when `deadlineMs` passed or `giveUp` returned true first
 */
export async function until(
  check: () => Promise<boolean> | boolean,
  deadlineMs: number,
  everyMs = 25,
  giveUp: () => boolean = () => false,
): Promise<boolean> {
  const end = Date.now() + deadlineMs;
  for (;;) {
    if (await holds(check)) return true;
    if (Date.now() >= end || giveUp()) return false;
    await wait(everyMs);
  }
}

async function holds(check: () => Promise<boolean> | boolean): Promise<boolean> {
  try {
    return await check();
  } catch {
    return false; // for example a server that is still starting refuses or resets connections
  }
}
