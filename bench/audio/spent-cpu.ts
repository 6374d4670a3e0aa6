/** CPU time of work in this process and in the child processes that ended meanwhile: a busy machine changes it little. */
import { processCpuSeconds, reapedCpuSeconds } from '../../apps/audio/src/analysis/pipeline/cpu-time.ts';

const cpuSeconds = () => processCpuSeconds() + (reapedCpuSeconds() ?? 0);

export interface Spent {
  readonly cpuSeconds: number;
  readonly wallSeconds: number;
}

export async function spentBy(work: () => unknown): Promise<Spent> {
  const [cpu, startMs] = [cpuSeconds(), performance.now()];
  await work();
  return { cpuSeconds: cpuSeconds() - cpu, wallSeconds: (performance.now() - startMs) / 1_000 };
}

/** One row of a bench: what was measured, and what is asked for. */
export function report(
  name: string,
  value: number,
  unit: string,
  asked: { readonly atMost?: number; readonly atLeast?: number } = {},
): void {
  const { atMost, atLeast } = asked;
  const holds = value <= (atMost ?? Number.POSITIVE_INFINITY) && value >= (atLeast ?? Number.NEGATIVE_INFINITY);
  const bound = atMost !== undefined ? `at most ${atMost}` : atLeast !== undefined ? `at least ${atLeast}` : '';
  const verdict = bound === '' ? '' : `  ${holds ? 'holds' : 'FALLS SHORT'}: ${bound}`;
  console.log(`${name.padEnd(64)} ${value.toFixed(value < 10 ? 3 : 1).padStart(9)} ${unit.padEnd(10)}${verdict}`);
}
