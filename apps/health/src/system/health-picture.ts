/** The picture of the system that is shown, kept from check to check: grades with hysteresis, causes with their beginning, what changed. */
import type { HealthCause, healthChanged, PayloadOf, SystemHealth } from '#contracts';
import { assess, type Grade } from './assess.ts';
import { findCauses } from './causes.ts';
import { Confirmations } from './confirmed.ts';
import type { FoundCause, Observation, Recommendation } from './observation.ts';
import { recommend } from './recommendations.ts';

export type HealthChange = PayloadOf<typeof healthChanged>;

export class HealthPicture {
  readonly #causes = new Confirmations<FoundCause>(({ component, code }) => `${component} ${code}`);
  readonly #recommendations = new Confirmations<Recommendation>(({ service, setting }) => `${service} ${setting}`);
  #current: SystemHealth | undefined;

  /** Undefined before the first check. */
  get current(): SystemHealth | undefined {
    return this.#current;
  }

  /** @returns what has another grade than after the check before; nothing after the first check. The whole is `system` */
  update(observation: Observation, nowMs: number): HealthChange[] {
    const before = this.#current;
    const at = new Date(nowMs).toISOString();
    const causes: HealthCause[] = this.#causes
      .update(findCauses(observation), nowMs)
      .map(({ value, sinceMs }) => ({ ...value, since: new Date(sinceMs).toISOString() }));
    const assessed = assess(causes, observation.copies, observation.descriptions);
    const recommendations = this.#recommendations.update(recommend(observation), nowMs).map(({ value }) => value);
    const since = before && before.grade === assessed.grade ? before.since : at;
    this.#current = { ...assessed, since, recommendations: recommendations.slice(0, 50), checkedAt: at };
    return before ? changesBetween(before, this.#current) : [];
  }
}

function changesBetween(before: SystemHealth, after: SystemHealth): HealthChange[] {
  const gradesBefore = gradesOf(before);
  return [...gradesOf(after)].flatMap(([component, { grade, score }]) => {
    const from = gradesBefore.get(component)?.grade ?? 'healthy';
    if (from === grade) return [];
    const causes = after.causes.filter((cause) => component === 'system' || cause.component === component);
    return [
      {
        component,
        from,
        to: grade,
        score,
        causes: causes.map((cause) => ({ ...cause, evidence: [...cause.evidence] })),
        at: after.checkedAt,
      },
    ];
  });
}

function gradesOf({ grade, score, components }: SystemHealth): Map<string, { readonly grade: Grade; readonly score: number }> {
  const own = components.map((component) => [component.name, { grade: component.grade, score: component.score }] as const);
  return new Map([['system', { grade, score }] as const, ...own]);
}
