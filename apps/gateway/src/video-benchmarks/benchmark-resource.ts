/** A benchmark as operators see it. */
import * as z from 'zod';
import { Failure, type Job, type OutputOf, runVideoBenchmark } from '#contracts';
import type { FileHolder } from '../jobs/work-files.service.ts';
import { type Work, workSchema } from '../jobs/work-resource.ts';

const path = '/v1/operators/benchmarks';
const reportLink = (extension: string) =>
  z
    .string()
    .optional()
    .meta({ description: 'The report, once it is ready.', examples: [`${path}/0b3f5e0a-4a55-4c8c-9d5f-3d9c1a2b7e10/report.${extension}`] });

export const benchmarkResource = workSchema(
  'benchmark',
  {
    bestRowsPerSecond: z
      .number()
      .nullable()
      .meta({ description: 'Rows a second in the best step; null until it is ready.', examples: [812_000] }),
  },
  { json: reportLink('json'), html: reportLink('html') },
).meta({ id: 'Benchmark', description: 'A measurement of one copy of the video service under rising load.' });

export const benchmarkWork: Work<typeof runVideoBenchmark, 'benchmark', { bestRowsPerSecond: number | null }> & FileHolder = {
  holder: 'video.benchmark',
  noun: 'benchmark',
  job: runVideoBenchmark,
  notFound: 'benchmark-not-found',
  path,
  own: (_, output) => ({ bestRowsPerSecond: output?.bestRowsPerSecond ?? null }),
  links: ({ id, state }): Readonly<Record<string, string>> =>
    state === 'succeeded' ? { json: `${path}/${id}/report.json`, html: `${path}/${id}/report.html` } : {},
};

/** @throws Failure benchmark-not-ready, benchmark-failed */
export function reportsOf({ state, reason, result }: Job): OutputOf<typeof runVideoBenchmark> {
  if (state === 'queued' || state === 'running') throw new Failure('benchmark-not-ready', 'The benchmark still runs.');
  if (state !== 'succeeded') throw new Failure('benchmark-failed', reason?.message ?? 'The benchmark failed.');
  return runVideoBenchmark.output.parse(result);
}
