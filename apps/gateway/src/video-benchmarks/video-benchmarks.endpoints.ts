/** Benchmarks of the video service, for operators. */
import * as z from 'zod';
import { benchmarkRequest, headerText } from '#contracts';
import { endpoint } from '../http/endpoint.ts';
import { pageOf } from '../http/presenter.ts';
import { workQuery } from '../jobs/work-resource.ts';
import { benchmarkResource } from './benchmark-resource.ts';

const base = { tag: 'Operators', auth: 'operator', scope: 'account' } as const;
const header = headerText(1_024).optional();

export const createBenchmark = endpoint({
  ...base,
  id: 'createBenchmark',
  method: 'POST',
  path: '/v1/operators/benchmarks',
  summary: 'Measure how fast the video service scores metadata',
  description:
    'A job has one copy of the service score the same rows by each method under each load, and notes throughput, P50, P95 and P99 of the requests, and its ' +
    'memory. One benchmark runs at a time; others wait. The copy answers slower meanwhile. Reports are kept for seven days.',
  body: benchmarkRequest,
  responses: {
    202: {
      description: 'Accepted; its job tells how far it is.',
      contentType: 'application/json',
      schema: benchmarkResource,
      headers: { Location: 'The job, `/v1/jobs/{id}`.' },
    },
  },
  failures: [],
  example: { rows: 10_000, stepSeconds: 3, clients: [1, 2, 4, 8] },
});

const params = z.strictObject({ benchmarkId: z.uuid() });

export const getBenchmark = endpoint({
  ...base,
  id: 'getBenchmark',
  method: 'GET',
  path: '/v1/operators/benchmarks/:benchmarkId',
  summary: 'A benchmark that you have started',
  params,
  responses: { 200: benchmarkResource },
  failures: ['benchmark-not-found'],
});

export const listBenchmarks = endpoint({
  ...base,
  id: 'listBenchmarks',
  method: 'GET',
  path: '/v1/operators/benchmarks',
  summary: 'The benchmarks that you have started, newest first',
  query: z.strictObject(workQuery),
  responses: { 200: pageOf(benchmarkResource).meta({ id: 'BenchmarkList' }) },
  failures: [],
});

const report = (contentType: string) =>
  ({
    ...base,
    method: 'GET',
    cacheControl: 'private, no-cache',
    params,
    headers: z.object({ range: header, 'if-range': header, 'if-none-match': header, 'if-match': header }),
    responses: {
      200: { contentType, description: 'The whole file.', headers: { ETag: 'The SHA-256 of the bytes.', 'Accept-Ranges': '`bytes`' } },
      206: { contentType, description: 'The part that was asked for.', headers: { 'Content-Range': 'Which part, and of how much.' } },
      304: { description: 'You have it already.' },
    },
    failures: [
      ...(['benchmark-not-found', 'benchmark-not-ready', 'benchmark-failed', 'benchmark-expired'] as const),
      ...(['file-lost', 'precondition-failed', 'range-not-satisfiable'] as const),
    ],
  }) as const;

export const downloadBenchmarkReport = endpoint({
  ...report('application/json'),
  id: 'downloadBenchmarkReport',
  path: '/v1/operators/benchmarks/:benchmarkId/report.json',
  summary: 'The report of a benchmark as JSON',
  description: 'Every step with its method and load, and the memory over time.',
});

export const downloadBenchmarkPage = endpoint({
  ...report('text/html'),
  id: 'downloadBenchmarkPage',
  path: '/v1/operators/benchmarks/:benchmarkId/report.html',
  summary: 'The report of a benchmark as a page with charts',
  description: 'It needs nothing else: charts are SVG, and there is no script.',
});
