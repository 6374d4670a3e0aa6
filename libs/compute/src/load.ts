/**
 * How long a refused caller should stay away: the time that the line in front of it takes, in whole seconds in [1, 60].
 *
 * @param waiting how many stand in line
 * @param servers how many are served at once, at least 1
 * @param meanSeconds how long one is served
 */
export function secondsUntilFree(waiting: number, servers: number, meanSeconds: number): number {
  return Math.min(60, Math.max(1, Math.ceil(((waiting + 1) / servers) * meanSeconds)));
}
