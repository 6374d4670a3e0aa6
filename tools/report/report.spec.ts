import { describe, expect, it } from '@jest/globals';
import { readObjectives } from '../../deploy/slo.ts';
import { toHtml, toMarkdown } from './render.ts';
import { makeReport } from './report.ts';
import { quantile } from './samples.ts';
import { parseMetrics, serviceSource } from './sources.ts';

const gatewayMetrics = `# HELP http_requests_total HTTP requests answered.
http_requests_total{method="GET",route="/v1/tracks",status_class="2xx"} 990
http_requests_total{method="GET",route="/v1/tracks",status_class="5xx"} 10
http_requests_total{method="GET",route="/health/ready",status_class="5xx"} 700
http_request_duration_seconds_bucket{le="0.3",method="GET",route="/v1/tracks"} 500
http_request_duration_seconds_bucket{le="0.5",method="GET",route="/v1/tracks"} 980
http_request_duration_seconds_bucket{le="+Inf",method="GET",route="/v1/tracks"} 1000
job_attempts_total{kind="gateway.file.import",outcome="succeeded"} 4
job_cost_cpu_seconds_total{kind="gateway.file.import"} 6
process_resident_memory_bytes 95
process_memory_limit_bytes 100
nodejs_eventloop_lag_p99_seconds 0.02
`;
const audioMetrics = `audio_cache_hits_total{cache_type="l1",strategy="lru"} 60
audio_cache_hits_total{cache_type="l2",strategy="lru"} 20
audio_cache_misses_total{cache_type="l1",strategy="lru"} 40
`;

const asUrl = (text: string) => `data:text/plain,${encodeURIComponent(text)}`;
const report = async () =>
  makeReport(await serviceSource({ gateway: asUrl(gatewayMetrics), audio: asUrl(audioMetrics) }), readObjectives());
const rowOf = async (title: string, first: string) =>
  (await report()).sections.find((section) => section.title === title)?.rows.find(([name]) => name === first);

describe('an experiment', () => {
  const of = (arm: string, allowed: number, limited: number) =>
    `gateway_limit_experiment_requests_total{experiment_arm="${arm}",outcome="allowed"} ${allowed}
gateway_limit_experiment_requests_total{experiment_arm="${arm}",outcome="limited"} ${limited}
`;
  const sectionsWith = async (text: string) =>
    (await makeReport(await serviceSource({ gateway: asUrl(text) }), readObjectives())).sections.filter(({ title }) =>
      title.startsWith('Experiment'),
    );
  it('is compared by the shares that were refused, with an interval', async () => {
    const [section] = await sectionsWith(of('control', 900, 100) + of('treatment', 970, 30));
    expect(section?.rows).toEqual([
      ['control', '1000', '100', '10 %'],
      ['treatment', '1000', '30', '3 %'],
      ['difference', '', '', '-7 % ± 2.139 %'],
    ]);
  });
  it('on a namespace of a cache is compared by the reads that were answered', async () => {
    const of = (arm: string, hits: readonly number[], misses: number) =>
      `${hits.map((value, at) => `audio_cache_experiment_hits_total{namespace="track",experiment_arm="${arm}",cache_type="l${at + 1}"} ${value}`).join('\n')}
audio_cache_experiment_misses_total{namespace="track",experiment_arm="${arm}",cache_type="l1"} ${misses}
`;
    const text = of('control', [500, 200, 0], 500) + of('treatment', [700, 100, 50], 300);
    const { sections } = await makeReport(await serviceSource({ audio: asUrl(text) }), readObjectives());
    expect(sections.at(-1)).toMatchObject({
      title: 'Experiment on the cache of audio: track',
      rows: [
        ['control', '1000', '50 %', '70 %'],
        ['treatment', '1000', '70 %', '85 %'],
        ['difference', '', '20 % ± 4.204 %', '15 % ± 3.601 %'],
      ],
    });
    // Copies that have just started have warmed more entries from Redis than were read.
    const warmed = of('control', [50, 400, 0], 50) + of('treatment', [0, 200, 0], 100);
    const started = await makeReport(await serviceSource({ audio: asUrl(warmed) }), readObjectives());
    expect(started.sections.at(-1)?.rows.at(-1)?.at(-1)).toBe('0 % ± 0 %');
    const unread = of('control', [500, 200, 0], 500) + of('treatment', [0, 0, 0], 0);
    const without = await makeReport(await serviceSource({ audio: asUrl(unread) }), readObjectives());
    expect(without.sections.filter(({ title }) => title.startsWith('Experiment'))).toEqual([]);
  });
  it('is not mentioned where none runs', async () => expect(await sectionsWith(gatewayMetrics)).toEqual([]));
});

describe('a report', () => {
  it('says where its numbers come from', async () =>
    expect((await report()).source).toContain('gateway, audio since each of them started'));
  it('judges each objective, and leaves probes out', async () => {
    expect(await rowOf('Objectives', 'requests without a 5xx')).toEqual(['requests without a 5xx', 'at least 99.9 %', '99 %', 'MISSED']);
    expect(await rowOf('Objectives', 'reads within 500 ms')).toEqual(['reads within 500 ms', 'at least 95 %', '98 %', 'met']);
    expect(await rowOf('Objectives', 'memory of the limit')).toEqual(['memory of the limit', 'at most 90 %', '95 %', 'MISSED']);
    expect(await rowOf('Objectives', 'longest wait of a job')).toEqual(['longest wait of a job', 'at most 600 s', '–', 'no data']);
  });
  it('has the quantiles of each route, like Prometheus', async () => {
    expect(await rowOf('Requests', 'GET /v1/tracks')).toEqual(['GET /v1/tracks', '1000', '1 %', '300 ms', '488 ms', '500 ms']);
  });
  it('has the CPU time of a job of each kind', async () => {
    expect((await rowOf('Jobs', 'gateway.file.import'))?.slice(-2)).toEqual(['6 s', '1.5 s']);
  });
  it('counts a hit in any tier of a cache', async () => {
    expect(await rowOf('Caches', 'audio')).toEqual(['audio', '80 %', '60', '20', '0']);
  });
  it('is the same as Markdown and as HTML', async () => {
    const made = await report();
    expect(toMarkdown(made, 'Report')).toContain('| GET /v1/tracks | 1000 | 1 % | 300 ms | 488 ms | 500 ms |');
    expect(toHtml(made, 'A < B')).toContain('<title>A &lt; B</title>');
    expect(toHtml(made, 'Report')).toContain('<td>488 ms</td>');
  });
});

describe('quantile', () => {
  const bucket = (le: string, value: number) => ({ labels: { le }, value });
  it('is the lower bound of the last bucket where it lies there', () =>
    expect(quantile(0.99, [bucket('1', 5), bucket('+Inf', 10)])).toBe(1));
  it('is unknown without an observation', () => expect(quantile(0.5, [bucket('1', 0), bucket('+Inf', 0)])).toBeUndefined());
});

describe('parseMetrics', () => {
  it('reads labels with escaped characters, and leaves out comments and NaN', () =>
    expect(parseMetrics('# TYPE a gauge\na{b="x\\"y\\\\n"} 1e3\nc NaN\n')).toEqual([{ name: 'a', labels: { b: 'x"y\\n' }, value: 1_000 }]));
});
