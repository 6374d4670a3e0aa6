/** What the parts of the machine's purse are told. */

export interface MachineLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

export interface MachineTimes {
  /** Between two words of the keeper to each member. */
  readonly heartbeatMs: number;
  /** After so many heartbeats of silence the other side counts as frozen. */
  readonly silentBeats: number;
  /** Who has not found the purse by then works with a budget of its own. */
  readonly patienceMs: number;
  /** Between two tries to find it again. */
  readonly retryMs: number;
  /** A new keeper waits at most this long for what the members of the old one hold. */
  readonly settleMs: number;
  /** Between two looks whether the socket is still there. */
  readonly verifyMs: number;
}

export const usualTimes: MachineTimes = {
  heartbeatMs: 1_000,
  silentBeats: 4,
  patienceMs: 3_000,
  retryMs: 1_000,
  settleMs: 2_000,
  verifyMs: 10_000,
};
