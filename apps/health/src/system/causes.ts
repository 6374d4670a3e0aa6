/** Finds why a component is not healthy. */
import { type ServiceDescription, type ServiceName, type ServiceStatus, serviceNames } from '#contracts';
import { cacheUse } from './cache-use.ts';
import { evidence, type FoundCause, type Observation, settingOf } from './observation.ts';
import { thresholds } from './thresholds.ts';

/** @returns at most one cause of each code for each component, in no order; empty while all is well */
export function findCauses({ copies, descriptions, busProblem }: Observation): FoundCause[] {
  if (busProblem !== undefined) return [unreachableBus(busProblem)];
  return [
    ...serviceNames.flatMap((service) =>
      presence(
        service,
        copies.filter((copy) => copy.service === service),
      ),
    ),
    ...dependencies(copies),
    ...room(descriptions),
    ...byService(copies, (service, own) => eventLoop(service, own)),
    ...byService(descriptions, (service, own) => [
      ...memory(service, own),
      ...cache(service, own),
      ...queue(service, own),
      ...checks(service, own),
    ]),
  ];
}

const mib = 1_048_576;

const unreachableBus = (problem: string): FoundCause => ({
  code: 'dependency-down',
  component: 'nats',
  grade: 'critical',
  detail: `The health service cannot reach nats: ${problem}. The services are not known to be well or not.`,
  evidence: [],
});

function byService<T extends { readonly service: ServiceName }>(
  all: readonly T[],
  find: (service: ServiceName, own: readonly T[]) => FoundCause[],
): FoundCause[] {
  return Object.entries(Object.groupBy(all, ({ service }) => service)).flatMap(([service, own]) => find(service as ServiceName, own ?? []));
}

function presence(service: ServiceName, copies: readonly ServiceStatus[]): FoundCause[] {
  const ready = copies.filter((copy) => copy.ready);
  if (copies.length === 0) {
    const detail = `No copy of ${service} answers.`;
    return [{ code: 'service-absent', component: service, grade: 'critical', detail, evidence: [evidence('copies', 0, 'copies', 1)] }];
  }
  if (ready.length === copies.length) return [];
  return [
    {
      code: 'service-not-ready',
      component: service,
      grade: ready.length === 0 ? 'critical' : 'degraded',
      detail: `${copies.length - ready.length} of ${copies.length} copies of ${service} are not ready.`,
      evidence: [evidence('ready copies', ready.length, 'copies', copies.length)],
    },
  ];
}

/** One cause a dependency, however many miss it: it is one thing to mend. */
function dependencies(copies: readonly ServiceStatus[]): FoundCause[] {
  const missing = copies.flatMap(({ service, dependencies }) => dependencies.filter(({ up }) => !up).map((each) => ({ service, ...each })));
  return Object.entries(Object.groupBy(missing, ({ name }) => name)).map(([name, found = []]) => {
    const services = [...new Set(found.map(({ service }) => service))].toSorted();
    const reason = found.find(({ detail }) => detail)?.detail ?? 'no answer';
    return {
      code: 'dependency-down',
      component: name,
      grade: found.some(({ required }) => required) ? 'critical' : 'degraded',
      detail: `${services.join(', ')} cannot use ${name}: ${reason}.`,
      evidence: [evidence('copies without it', found.length, 'copies', 1)],
    };
  });
}

/** One cause, however many services use the store: it is one disk. Nothing that a setting could mend. */
function room(descriptions: readonly ServiceDescription[]): FoundCause[] {
  const freeBytes = Math.min(...descriptions.map(({ blobFreeBytes }) => blobFreeBytes ?? Number.POSITIVE_INFINITY));
  const limitBytes = settingOf(descriptions, 'gateway', 'GATEWAY_BLOB_LOW_SPACE_BYTES') ?? thresholds.blobFreeBytes;
  if (freeBytes >= limitBytes) return [];
  const detail = `The store of files has ${Math.floor(freeBytes / mib)} MiB left. At 0, uploads and jobs that write files are refused; reads go on.`;
  return [degraded('disk-low', 'blobs', detail, [evidence('free space of the store of files', freeBytes, 'bytes', limitBytes)])];
}

function eventLoop(service: ServiceName, copies: readonly ServiceStatus[]): FoundCause[] {
  const delayMs = Math.max(...copies.map(({ eventLoopDelayP99Ms }) => eventLoopDelayP99Ms));
  if (delayMs <= thresholds.eventLoopDelayMs) return [];
  const measured = evidence('event loop delay p99', delayMs, 'ms', thresholds.eventLoopDelayMs);
  return [degraded('event-loop-blocked', service, `The event loop of ${service} is held up for ${Math.round(delayMs)} ms.`, [measured])];
}

function memory(service: ServiceName, copies: readonly ServiceDescription[]): FoundCause[] {
  const ratio = Math.max(...copies.map(memoryRatio));
  if (ratio <= thresholds.memoryRatio) return [];
  const measured = evidence('resident memory', round(ratio), 'ratio of the limit', thresholds.memoryRatio);
  return [degraded('memory-high', service, `${service} uses ${Math.round(100 * ratio)} % of its memory limit.`, [measured])];
}

/** Share of its own limit; 0 without one. */
export const memoryRatio = ({ memory: { rssBytes, limitBytes } }: ServiceDescription): number => (limitBytes ? rssBytes / limitBytes : 0);

function cache(service: ServiceName, copies: readonly ServiceDescription[]): FoundCause[] {
  const worst = cacheUse(copies);
  if (!worst?.isTooSmall) return [];
  return [
    degraded('cache-too-small', service, `The cache of ${service} drives out what is still read: ${worst.sentence}.`, worst.evidence),
  ];
}

function queue(service: ServiceName, copies: readonly ServiceDescription[]): FoundCause[] {
  const queued = Math.max(...copies.map(({ queuedJobs }) => queuedJobs));
  if (queued <= thresholds.queuedJobs) return [];
  const measured = evidence('queued jobs', queued, 'jobs', thresholds.queuedJobs);
  return [degraded('jobs-waiting', service, `${queued} jobs of ${service} wait.`, [measured])];
}

function checks(service: ServiceName, copies: readonly ServiceDescription[]): FoundCause[] {
  const failed = copies.flatMap((copy) => copy.checks).filter(({ isPassed }) => !isPassed);
  const [first] = failed;
  if (!first) return [];
  const names = [...new Set(failed.map(({ name }) => name))].toSorted();
  const detail = `${service} tried ${names.join(', ')}: ${first.problem?.detail ?? 'it failed'}`;
  return [degraded('check-failed', service, detail, [evidence('failed checks', failed.length, 'checks', 1)])];
}

const degraded = (code: string, component: string, detail: string, measured: FoundCause['evidence']): FoundCause => ({
  code,
  component,
  grade: 'degraded',
  detail,
  evidence: measured,
});

const round = (value: number) => Number(value.toFixed(3));
