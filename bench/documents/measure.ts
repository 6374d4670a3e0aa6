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
  /** Of the thread that measures. */
  readonly threadSeconds: number;
}

export async function spentBy(work: () => unknown): Promise<Duration> {
  const [start, startOfThread] = [process.cpuUsage(), process.threadCpuUsage()];
  const time = await seconds(work);
  const [all, own] = [process.cpuUsage(start), process.threadCpuUsage(startOfThread)];
  return { seconds: time, cpuSeconds: (all.user + all.system) / 1e6, threadSeconds: (own.user + own.system) / 1e6 };
}

export const noRound: Duration = {
  seconds: Number.POSITIVE_INFINITY,
  cpuSeconds: Number.POSITIVE_INFINITY,
  threadSeconds: Number.POSITIVE_INFINITY,
};

/** The least of two rounds, each number by itself. */
export const lesser = (one: Duration, other: Duration): Duration => ({
  seconds: Math.min(one.seconds, other.seconds),
  cpuSeconds: Math.min(one.cpuSeconds, other.cpuSeconds),
  threadSeconds: Math.min(one.threadSeconds, other.threadSeconds),
});

export async function least(rounds: number, work: () => unknown): Promise<Duration> {
  let best = noRound;
  for (let round = 0; round < rounds; round++) best = lesser(best, await spentBy(work));
  return best;
}

export const milliseconds = (inSeconds: number): string => (1_000 * inSeconds).toFixed(2);
