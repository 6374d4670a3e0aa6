/** Reads deploy/slo.yml, or another file of that form. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import * as z from 'zod';

const share = z.number().gt(0).lt(1);

export const objectives = z.strictObject({
  windowDays: z.number().int().min(1).max(90),
  availability: z.strictObject({ target: share }),
  readLatency: z.strictObject({ target: share, thresholdSeconds: z.number().positive() }),
  jobs: z.strictObject({ target: share, waitSeconds: z.number().positive() }),
  caches: z.strictObject({ hitRate: share }),
  saturation: z.strictObject({ memoryRatio: share, eventLoopSeconds: z.number().positive() }),
});
export type Objectives = z.output<typeof objectives>;

export const sloFile = join(import.meta.dirname, 'slo.yml');

/** @throws Error that names the file and its faults */
export function readObjectives(file = sloFile): Objectives {
  const { success, data, error } = objectives.safeParse(parse(readFileSync(file, 'utf8')));
  if (!success) throw new Error(`${file}: ${z.prettifyError(error)}`);
  return data;
}
