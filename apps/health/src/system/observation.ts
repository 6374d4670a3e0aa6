/** What one look at the system saw. */
import type { HealthCause, HealthRecommendation, ServiceDescription, ServiceStatus } from '#contracts';

export interface Observation {
  /** Every copy that answered. */
  readonly copies: readonly ServiceStatus[];
  readonly descriptions: readonly ServiceDescription[];
  /** Why nobody could be asked: NATS does not answer. Undefined when they were. */
  readonly busProblem?: string;
}

export type FoundCause = Omit<HealthCause, 'since'>;
export type Evidence = HealthCause['evidence'][number];
export type Recommendation = HealthRecommendation;

export const evidence = (name: string, value: number, unit: string, limit: number | null): Evidence => ({ name, value, unit, limit });
