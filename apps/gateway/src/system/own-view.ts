/** The health of the system as the gateway sees it by itself, for the time in which the health service cannot be asked. */
import type { DependencyStatus, Failure, HealthCause, SystemHealth } from '#contracts';

type Component = SystemHealth['components'][number];

export interface OwnView {
  readonly dependencies: readonly DependencyStatus[];
  /** Why the health service could not be asked. */
  readonly failure: Pick<Failure, 'message'>;
  /** The last answer of the health service, if there was one. */
  readonly last: SystemHealth | undefined;
  readonly sinceMs: number;
  readonly nowMs: number;
}

/**
 * Critical when the gateway misses what it needs, degraded otherwise: nobody watches the rest.
 *
 * @returns components are the gateway, its dependencies and the health service; recommendations are those heard last
 */
export function ownView({ dependencies, failure, last, sinceMs, nowMs }: OwnView): SystemHealth {
  const since = new Date(sinceMs).toISOString();
  const down = dependencies.filter(({ up }) => !up);
  const isCritical = down.some(({ required }) => required);
  const causes: HealthCause[] = [
    ...down.map(({ name, required, detail }) => ({
      code: 'dependency-down',
      component: name,
      grade: required ? ('critical' as const) : ('degraded' as const),
      detail: `The gateway cannot use ${name}: ${detail ?? 'no answer'}.`,
      since,
      evidence: [],
    })),
    {
      code: 'health-unknown',
      component: 'health',
      grade: 'degraded',
      detail: `The health service cannot be asked: ${failure.message}`,
      since,
      evidence: [],
    },
  ];
  const components: Component[] = [
    {
      ...gradeOf(isCritical ? 'critical' : down.length > 0 ? 'degraded' : 'healthy'),
      name: 'gateway',
      kind: 'service',
      copies: 1,
      checks: [],
    },
    { ...gradeOf('degraded'), name: 'health', kind: 'service', copies: 0, checks: [] },
    ...dependencies.map(({ name, up, required }): Component => {
      return { ...gradeOf(up ? 'healthy' : required ? 'critical' : 'degraded'), name, kind: 'dependency', copies: up ? 1 : 0, checks: [] };
    }),
  ];
  const whole = gradeOf(isCritical ? 'critical' : 'degraded');
  return { ...whole, since, components, causes, recommendations: last?.recommendations ?? [], checkedAt: new Date(nowMs).toISOString() };
}

const scores = { healthy: 1, degraded: 0.5, critical: 0 } as const;
const gradeOf = (grade: SystemHealth['grade']) => ({ grade, score: scores[grade] });
