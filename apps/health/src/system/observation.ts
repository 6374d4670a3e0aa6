/** What one look at the system saw. */
import type { HealthCause, HealthRecommendation, ServiceDescription, ServiceName, ServiceStatus } from '#contracts';

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

/** @returns the value of a setting in one of the copies of a service; undefined where no copy says it, or it is no number */
export function settingOf(descriptions: readonly ServiceDescription[], service: ServiceName, name: string): number | undefined {
  const settings = descriptions.filter((copy) => copy.service === service).flatMap((copy) => copy.settings);
  const value = Number(settings.find((setting) => setting.name === name)?.value ?? Number.NaN);
  return Number.isFinite(value) ? value : undefined;
}
