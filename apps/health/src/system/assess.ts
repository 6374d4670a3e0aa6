/** From confirmed causes to the grades and scores of components and of the whole. */
import {
  type HealthCause,
  type ServiceDescription,
  type ServiceName,
  type ServiceStatus,
  type SystemHealth,
  serviceNames,
} from '#contracts';

export type Grade = SystemHealth['grade'];
type Component = SystemHealth['components'][number];

const rank: Record<Grade, number> = { healthy: 0, degraded: 1, critical: 2 };

export interface Assessed {
  readonly grade: Grade;
  readonly score: number;
  readonly components: Component[];
  readonly causes: HealthCause[];
}

/**
 * Grades components by their causes and the system by its components.
 *
 * A component has the worst grade of its causes; its score is 0 when critical, else 1, halved by each cause. The system is critical when a
 * dependency or the gateway is, or half of the services are; degraded when anything is less than healthy; its score is the mean of its services, 0
 * when a dependency is critical.
 *
 * @param causes confirmed ones
 * @returns causes worst first, then oldest first
 */
export function assess(
  causes: readonly HealthCause[],
  copies: readonly ServiceStatus[],
  descriptions: readonly ServiceDescription[],
): Assessed {
  const dependencyNames = [
    ...new Set([...copies.flatMap((copy) => copy.dependencies.map(({ name }) => name)), ...othersIn(causes)]),
  ].toSorted();
  const services = serviceNames.map((name) => serviceComponent(name, causes, copies, descriptions));
  const dependencies = dependencyNames.map((name) => dependencyComponent(name, causes, copies));
  return {
    grade: gradeOfAll(services, dependencies),
    score: scoreOfAll(services, dependencies),
    components: [...services, ...dependencies],
    causes: causes.toSorted((a, b) => rank[b.grade] - rank[a.grade] || a.since.localeCompare(b.since)),
  };
}

const othersIn = (causes: readonly HealthCause[]) =>
  causes.map(({ component }) => component).filter((name) => !serviceNames.includes(name as ServiceName));

function serviceComponent(
  name: ServiceName,
  causes: readonly HealthCause[],
  copies: readonly ServiceStatus[],
  descriptions: readonly ServiceDescription[],
): Component {
  const checks = descriptions.filter(({ service }) => service === name).flatMap((copy) => [...copy.checks]);
  return {
    name,
    kind: 'service',
    ...judge(name, causes),
    copies: copies.filter(({ service }) => service === name).length,
    checks: checks.slice(0, 50),
  };
}

function dependencyComponent(name: string, causes: readonly HealthCause[], copies: readonly ServiceStatus[]): Component {
  const reaching = copies.filter((copy) => copy.dependencies.some((dependency) => dependency.name === name && dependency.up));
  return { name, kind: 'dependency', ...judge(name, causes), copies: reaching.length, checks: [] };
}

function judge(name: string, causes: readonly HealthCause[]): { readonly grade: Grade; readonly score: number } {
  const own = causes.filter(({ component }) => component === name);
  const grade = own.reduce<Grade>((worst, cause) => (rank[cause.grade] > rank[worst] ? cause.grade : worst), 'healthy');
  return { grade, score: grade === 'critical' ? 0 : 0.5 ** own.length };
}

function gradeOfAll(services: readonly Component[], dependencies: readonly Component[]): Grade {
  const critical = services.filter(({ grade }) => grade === 'critical');
  if (critical.some(({ name }) => name === 'gateway') || critical.length * 2 >= services.length) return 'critical';
  if (dependencies.some(({ grade }) => grade === 'critical')) return 'critical';
  return [...services, ...dependencies].every(({ grade }) => grade === 'healthy') ? 'healthy' : 'degraded';
}

function scoreOfAll(services: readonly Component[], dependencies: readonly Component[]): number {
  if (dependencies.some(({ grade }) => grade === 'critical')) return 0;
  return services.reduce((sum, { score }) => sum + score, 0) / services.length;
}
