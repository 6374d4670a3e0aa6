/** What warming brought a namespace lately. */
export interface Tried {
  readonly loaded: number;
  readonly used: number;
}

const enoughTries = 100;
const leastUsedShare = 0.1;
const trialKeys = 10;

/** How many keys to warm: all that were asked for while warming helps, a few to go on trying where it does not. */
export function worthWarming(wanted: number, tried: Tried | undefined): number {
  if (tried === undefined || tried.loaded < enoughTries || tried.used >= leastUsedShare * tried.loaded) return wanted;
  return Math.min(wanted, trialKeys);
}
