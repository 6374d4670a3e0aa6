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

export const milliseconds = (inSeconds: number): string => (1_000 * inSeconds).toFixed(2);
