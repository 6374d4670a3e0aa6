/** Whether what is stored fits together: what the copies found themselves, and what only a look at all of them shows. */
import {
  type describeIntegrity,
  type getSystemIntegrity,
  type IntegrityFinding,
  type ReplyOf,
  type ServiceName,
  serviceNames,
} from '#contracts';
import type { Observation } from './observation.ts';
import { systemConfigOf } from './system-config.ts';

type Answer = ReplyOf<typeof describeIntegrity>;

const maxExamples = 20;

/** @param answers of all copies; of several copies of one service the worst finding of each check is kept */
export function integrityOf(answers: readonly Answer[], observation: Observation, nowMs: number): ReplyOf<typeof getSystemIntegrity> {
  const findings = [
    ...worstOfEach(answers.flatMap((answer) => [...answer.findings])),
    ...configuration(observation),
    ...dependencies(observation),
    ...selfTests(observation),
  ];
  return {
    isPassed: findings.length > 0 && findings.every(({ isPassed }) => isPassed),
    findings: findings.toSorted((a, b) => Number(a.isPassed) - Number(b.isPassed)),
    checkedAt: new Date(nowMs).toISOString(),
  };
}

function worstOfEach(findings: readonly IntegrityFinding[]): IntegrityFinding[] {
  const worst = new Map<string, IntegrityFinding>();
  for (const finding of findings) {
    const key = `${finding.check} ${finding.service}`;
    if (!worst.has(key) || finding.failed > worst.get(key)!.failed) worst.set(key, finding);
  }
  return [...worst.values()];
}

function configuration({ descriptions }: Observation): IntegrityFinding[] {
  return systemConfigOf(descriptions).services.map(({ service, copies, settings, differs }) => ({
    ...finding('configuration', service, settings.length, differs),
    detail:
      differs.length === 0
        ? `${copies === 1 ? 'One copy' : `All ${copies} copies`} with ${settings.length} settings.`
        : `The ${copies} copies of ${service} differ in ${differs.length} settings.`,
  }));
}

function dependencies({ copies }: Observation): IntegrityFinding[] {
  return forEachService(copies, (service, own) => {
    const all = own.flatMap((copy) => copy.dependencies);
    const down = all.filter(({ up }) => !up).map(({ name }) => name);
    return {
      ...finding('dependencies', service, all.length, down),
      detail: down.length === 0 ? 'Everything it depends on answers.' : `${service} cannot use ${[...new Set(down)].join(', ')}.`,
    };
  });
}

function selfTests({ descriptions }: Observation): IntegrityFinding[] {
  return forEachService(descriptions, (service, own) => {
    const all = own.flatMap(({ checks }) => checks);
    const failed = all.filter(({ isPassed }) => !isPassed);
    return {
      ...finding(
        'self-tests',
        service,
        all.length,
        failed.map(({ name }) => name),
      ),
      detail: failed[0]?.problem?.detail ?? `${all.length} self-tests passed.`,
    };
  });
}

function forEachService<T extends { readonly service: ServiceName }>(
  all: readonly T[],
  find: (service: ServiceName, own: readonly T[]) => IntegrityFinding,
): IntegrityFinding[] {
  return serviceNames.flatMap((service) => {
    const own = all.filter((each) => each.service === service);
    return own.length === 0 ? [] : [find(service, own)];
  });
}

const finding = (check: IntegrityFinding['check'], service: ServiceName, checked: number, failed: readonly string[]) => ({
  check,
  service,
  isPassed: failed.length === 0,
  checked,
  failed: failed.length,
  examples: [...new Set(failed)].slice(0, maxExamples),
});
