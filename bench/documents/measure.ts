/** Time of work. */

export async function seconds(work: () => unknown): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1_000;
}

/** The quickest of some rounds: the others were disturbed. */
export async function quickest(rounds: number, work: () => unknown): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let round = 0; round < rounds; round++) least = Math.min(least, await seconds(work));
  return least;
}

export interface Duration {
  readonly seconds: number;
  /** Of all threads of this process: other processes on a busy machine do not change it much. */
  readonly cpuSeconds: number;
}

/** The least of some rounds, of time and of CPU time. */
export async function least(rounds: number, work: () => unknown): Promise<Duration> {
  let [time, cpu] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (let round = 0; round < rounds; round++) {
    const start = process.cpuUsage();
    time = Math.min(time, await seconds(work));
    const { user, system } = process.cpuUsage(start);
    cpu = Math.min(cpu, (user + system) / 1e6);
  }
  return { seconds: time, cpuSeconds: cpu };
}

export const milliseconds = (inSeconds: number): string => (1_000 * inSeconds).toFixed(2);
