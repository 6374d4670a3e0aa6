/** The heap of this process by its spaces, and the garbage collections that the default metrics have counted. */
import { getHeapSpaceStatistics } from 'node:v8';
import { type Registry, register } from 'prom-client';
import type { ServiceDescription } from '#contracts';

const gcMetric = 'nodejs_gc_duration_seconds';

export async function heapUse(registry: Registry = register): Promise<ServiceDescription['heap']> {
  const spaces = getHeapSpaceStatistics()
    .filter(({ space_size: size }) => size > 0)
    .map((space) => ({ name: space.space_name, usedBytes: space.space_used_size, sizeBytes: space.space_size }));
  const { values } = (await registry.getSingleMetric(gcMetric)?.get()) ?? { values: [] };
  return { spaces, gcCollections: totalOf(values, '_count'), gcSeconds: totalOf(values, '_sum') };
}

/** Of all kinds of collections; 0 where they are not counted. */
function totalOf(values: readonly { readonly value: number }[], ending: string): number {
  return values
    .filter((each) => 'metricName' in each && each.metricName === `${gcMetric}${ending}`)
    .reduce((sum, { value }) => sum + value, 0);
}
