/** What a report says of settings that are compared on two halves of the owners. */
import { experimentArms } from '#contracts';
import type { Section } from './render.ts';
import { groupBy, having, type Sample, total } from './samples.ts';

/** Of a normal distribution: 95 % lie within so many standard deviations. */
const deviations95 = 1.96;
const caution = 'The interval holds 95 % if requests are independent; those of one owner are not.';

const percent = (share: number) => `${Number((share * 100).toFixed(3))} %`;

/** A part of what was asked in an arm. */
interface Proportion {
  readonly arm: string;
  readonly all: number;
  readonly part: number;
}

/** Of the treatment against control. */
function difference([control, treatment]: readonly Proportion[]): string {
  const [before, after] = [control!, treatment!].map(({ all, part }) => ({ all, share: part / all }));
  const variance = [before!, after!].reduce((sum, { share, all }) => sum + (share * (1 - share)) / all, 0);
  return `${percent(after!.share - before!.share)} ± ${percent(deviations95 * Math.sqrt(variance))}`;
}

/** @returns nothing while no experiment runs, or one arm was not asked */
export function limitSection(requests: readonly Sample[]): Section[] {
  const arms = experimentArms.map((arm): Proportion => {
    const own = having(requests, { experiment_arm: arm });
    return { arm, all: total(own), part: total(having(own, { outcome: 'limited' })) };
  });
  if (arms.some(({ all }) => all === 0)) return [];
  const rows = arms.map(({ arm, all, part }) => [arm, String(Math.round(all)), String(Math.round(part)), percent(part / all)]);
  return [
    {
      title: 'Experiment on the rate limit',
      note: `The treatment has GATEWAY_RATE_LIMIT_EXPERIMENT_PER_MINUTE. ${caution}`,
      columns: ['arm', 'requests', 'refused', 'share refused'],
      rows: [...rows, ['difference', '', '', difference(arms)]],
    },
  ];
}

/**
 * A hit in any tier is a hit; every read asks l1 first. Warming after a start reads the lower tiers alone, so the hits of all tiers can exceed the reads
 * while there are few: they are cut off there.
 *
 * @param hits of namespaces under an experiment, with the labels service, namespace, experiment_arm and cache_type
 * @param misses the same
 * @returns a section for each namespace, nothing of one where an arm was not read
 */
export function cacheExperimentSections(hits: readonly Sample[], misses: readonly Sample[]): Section[] {
  const places = [...groupBy(hits, ({ service = '', namespace = '' }) => `${service} ${namespace}`).values()].map(
    ([first]) => first!.labels,
  );
  return places.flatMap(({ service = '', namespace = '' }) => {
    const of = (samples: readonly Sample[], labels: Sample['labels']) => total(having(samples, { service, namespace, ...labels }));
    const arms = experimentArms.map((arm) => {
      const [inMemory, found] = [of(hits, { experiment_arm: arm, cache_type: 'l1' }), of(hits, { experiment_arm: arm })];
      const all = inMemory + of(misses, { experiment_arm: arm, cache_type: 'l1' });
      return { arm, all, part: Math.min(found, all), inMemory };
    });
    if (arms.some(({ all }) => all === 0)) return [];
    const rows = arms.map(({ arm, all, part, inMemory }) => [arm, String(Math.round(all)), percent(inMemory / all), percent(part / all)]);
    const inMemory = difference(arms.map((arm) => ({ ...arm, part: arm.inMemory })));
    return [
      {
        title: `Experiment on the cache of ${service}: ${namespace}`,
        note: `The treatment has ${service.toUpperCase()}_CACHE_EXPERIMENT. ${caution}`,
        columns: ['arm', 'reads', 'hit rate in memory', 'hit rate'],
        rows: [...rows, ['difference', '', inMemory, difference(arms)]],
      },
    ];
  });
}
