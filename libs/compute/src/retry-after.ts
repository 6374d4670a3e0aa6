/**
 * Estimates when a refused caller should try again: the time that the queue takes, in whole seconds in [1, 60].
 *
 * @param queued requests that wait
 * @param running requests that are served at the same time, at least 1
 * @param meanSeconds mean time to serve one
 */
export const secondsUntilFree = (queued: number, running: number, meanSeconds: number): number =>
  Math.min(60, Math.max(1, Math.ceil(((queued + 1) / running) * meanSeconds)));
