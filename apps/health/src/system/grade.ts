/** From what every copy says of itself to one grade and one score. */
import { type ServiceName, type ServiceStatus, type SystemStatus, serviceNames } from '#contracts';

type Grade = SystemStatus['grade'];
type ServiceGrade = SystemStatus['services'][number];

const points: Record<Grade, number> = { healthy: 1, degraded: 0.5, critical: 0 };

/**
 * Grades each service by its copies and the system by its services.
 *
 * A service is critical when no copy of it is ready, degraded when a copy is not ready or misses an optional dependency. The system is
 * critical when the gateway is, or half of the services are; degraded when any service is less than healthy.
 *
 * @returns score in [0, 100]: the mean over all services, a degraded one counting half
 */
export function gradeSystem(copies: readonly ServiceStatus[]): Pick<SystemStatus, 'grade' | 'score' | 'services'> {
  const services = serviceNames.map((service) => gradeService(service, copies));
  const score = Math.round((100 * services.reduce((sum, { grade }) => sum + points[grade], 0)) / services.length);
  return { grade: gradeWhole(services), score, services };
}

function gradeService(service: ServiceName, all: readonly ServiceStatus[]): ServiceGrade {
  const copies = all.filter((copy) => copy.service === service);
  return { service, grade: gradeCopies(copies), copies };
}

function gradeCopies(copies: readonly ServiceStatus[]): Grade {
  if (!copies.some((copy) => copy.ready)) return 'critical';
  const allWell = copies.every((copy) => copy.ready && copy.dependencies.every((dependency) => dependency.up));
  return allWell ? 'healthy' : 'degraded';
}

function gradeWhole(services: readonly ServiceGrade[]): Grade {
  const critical = services.filter(({ grade }) => grade === 'critical');
  if (critical.some(({ service }) => service === 'gateway') || critical.length * 2 >= services.length) return 'critical';
  return services.every(({ grade }) => grade === 'healthy') ? 'healthy' : 'degraded';
}
