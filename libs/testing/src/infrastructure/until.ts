import { setTimeout as wait } from 'node:timers/promises';

/**
 * Asks again and again until the answer is yes.
 *
 * @param check may throw, which counts as "not yet"
 * @returns false when `deadlineMs` passed, or `giveUp` said so, without a yes
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
    return false; // a server that is still starting refuses, resets or answers nonsense: all of them mean "ask again"
  }
}
