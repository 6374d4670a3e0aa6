/** How much is worked on at a time, and how much of it is remembered: by the name of a profile. */
import type { ParallelLimits } from './parallel-executor.ts';

export interface WorkProfile {
  /** Of an `AsyncProcessor`. */
  readonly maxWorkers: number;
  /** Of a `ParallelExecutor`. */
  readonly parallel: ParallelLimits;
  /** Results that are remembered, and for how long. */
  readonly results: { readonly maxEntries: number; readonly ttlSeconds: number };
}

export const workProfileNames = ['balanced', 'analysis', 'batch'] as const;
export type WorkProfileName = (typeof workProfileNames)[number];

const results = { maxEntries: 500, ttlSeconds: 3_600 };

/** `analysis`: many questions about texts, answered from memory; `batch`: large loads and exports. */
export const workProfiles: Readonly<Record<WorkProfileName, WorkProfile>> = {
  balanced: { maxWorkers: 4, parallel: { io: 8, cpu: 2 }, results },
  analysis: { maxWorkers: 16, parallel: { io: 8, cpu: 2 }, results: { maxEntries: 2_000, ttlSeconds: 7_200 } },
  batch: { maxWorkers: 8, parallel: { io: 24, cpu: 4 }, results },
};
