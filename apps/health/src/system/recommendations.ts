/** Which setting to change, to what, and the measurements that say so. */
import type { ServiceDescription, ServiceName } from '#contracts';
import { cacheUse } from './cache-use.ts';
import { memoryRatio } from './causes.ts';
import { evidence, type Observation, type Recommendation } from './observation.ts';
import { thresholds } from './thresholds.ts';

const mib = 1_048_576;
/** A step up is half of what is there, so that a cache that is far too small is right after a few of them; a step down a quarter. */
const [stepUp, stepDown] = [1.5, 0.75];

type Own = readonly [ServiceDescription, ...ServiceDescription[]];

/** @returns at most one for each setting of each service */
export function recommend({ descriptions }: Pick<Observation, 'descriptions'>): Recommendation[] {
  return Object.entries(Object.groupBy(descriptions, ({ service }) => service)).flatMap(([service, own]) =>
    [lessMemory, moreCache, moreWorkers].flatMap((rule) => rule(service as ServiceName, own as unknown as Own)).slice(0, 10),
  );
}

/** A cache that drives out what is read again gets more memory, if the limit of the process leaves room for it. */
function moreCache(service: ServiceName, copies: Own): Recommendation[] {
  const setting = settingOf(copies, /_CACHE_MEMORY_MB$/);
  const use = cacheUse(copies);
  if (!setting || !use?.isTooSmall) return [];
  const recommended = Math.ceil(setting.value * stepUp);
  if (!hasRoom(copies, (recommended - setting.value) * mib)) return [];
  const reason = `${use.sentence.charAt(0).toUpperCase()}${use.sentence.slice(1)}.`;
  return [
    {
      service,
      setting: setting.name,
      current: String(setting.value),
      recommended: String(recommended),
      reason,
      evidence: [...use.evidence],
    },
  ];
}

/** What a process near its limit can give back most easily: cached values, else a job that runs beside others. */
function lessMemory(service: ServiceName, copies: Own): Recommendation[] {
  const ratio = Math.max(...copies.map(memoryRatio));
  if (ratio <= thresholds.memoryRatio) return [];
  const cacheSetting = settingOf(copies, /_CACHE_MEMORY_MB$/);
  const setting = cacheSetting ?? settingOf(copies, /^WORKER_PROCESSES$/);
  const recommended = setting && (cacheSetting ? Math.floor(setting.value * stepDown) : setting.value - 1);
  if (!setting || !recommended || recommended < 1) return [];
  const measured = evidence('resident memory', Number(ratio.toFixed(3)), 'ratio of the limit', thresholds.memoryRatio);
  const reason = `Resident memory is ${Math.round(100 * ratio)} % of the limit of the container; or raise that limit.`;
  return [
    { service, setting: setting.name, current: String(setting.value), recommended: String(recommended), reason, evidence: [measured] },
  ];
}

/** More jobs at a time, while the process has room and its event loop is free. */
function moreWorkers(service: ServiceName, copies: Own): Recommendation[] {
  const queued = Math.max(...copies.map(({ queuedJobs }) => queuedJobs));
  const setting = settingOf(copies, /^WORKER_PROCESSES$/);
  if (!setting || queued <= thresholds.queuedJobs || copies.some((copy) => memoryRatio(copy) > thresholds.memoryRatio)) return [];
  const measured = evidence('queued jobs', queued, 'jobs', thresholds.queuedJobs);
  const reason = `${queued} jobs wait. If all cores are busy, start another copy of ${service} instead.`;
  return [
    {
      service,
      setting: setting.name,
      current: String(setting.value),
      recommended: String(setting.value + 1),
      reason,
      evidence: [measured],
    },
  ];
}

function settingOf([first]: Own, name: RegExp): { readonly name: string; readonly value: number } | undefined {
  const found = first.settings.find((setting) => name.test(setting.name));
  const value = Number(found?.value ?? Number.NaN);
  return found && Number.isFinite(value) ? { name: found.name, value } : undefined;
}

const hasRoom = (copies: Own, extraBytes: number): boolean =>
  copies.every(
    ({ memory: { rssBytes, limitBytes } }) => limitBytes === null || rssBytes + extraBytes <= thresholds.memoryRatio * limitBytes,
  );
