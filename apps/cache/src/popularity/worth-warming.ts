/** Recent results of warming a namespace. */
export interface Tried {
  readonly loaded: number;
  readonly used: number;
}

const enoughTries = 100;
const leastUsedShare = 0.1;
const trialKeys = 10;

/** Number of keys to warm: all requested while warmed keys are read, a few as a trial where they are not. */
export function worthWarming(wanted: number, tried: Tried | undefined): number {
  if (tried === undefined || tried.loaded < enoughTries || tried.used >= leastUsedShare * tried.loaded) return wanted;
  return Math.min(wanted, trialKeys);
}
