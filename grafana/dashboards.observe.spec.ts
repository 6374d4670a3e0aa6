import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { serviceNames } from '#contracts';
import {
  encodeWav,
  type ManagedPrometheus,
  type Stack,
  seededRandom,
  startPrometheus,
  startStack,
  testFfmpeg,
  until,
  whiteNoise,
} from '#testing';
import { scrapeFaults } from '../deploy/prometheus/scrape.ts';
import { readObjectives } from '../deploy/slo.ts';
import { makeReport } from '../tools/report/report.ts';
import { prometheusSource } from '../tools/report/sources.ts';
import { dashboards } from './render.ts';

/** Panels without data in this test, with the missing precondition; their queries must still be valid. */
const needs: Readonly<Record<string, string>> = {
  'Errors by route': 'a 5xx response',
  'Refused by a limit': 'a client over the limit',
  'Webhooks delivered': 'a webhook and an event',
  'Failures hidden from callers': 'a failing cache tier',
  'Requests at the edge': 'Kong',
  'Kong latency, p95': 'Kong',
  'Healthy gateways in Kong': 'Kong',
  'Certificates expire in': 'TLS',
  'Free space of the blob store': 'the first sweep of a gateway',
  'Errors, times the budget': 'traffic for hours',
  'Slow reads, times the budget': 'traffic for hours',
  'Encoding speed, median': 'a rendition of a video',
  'Documents loaded': 'a collection',
  'Rows exported': 'an export',
  'Ráfaga: posts / Jobs / Time of an attempt, p95': 'a job of posts',
  'Health of providers': 'a search at a provider',
  'Requests to providers by result': 'a search at a provider',
  'Connections to providers': 'a search at a provider',
  'Texts written': 'a language model',
  'Time of a whole answer, p95': 'a language model',
};

const asked = dashboards.flatMap(({ title: dashboard, rows }) =>
  rows.flatMap(({ title: row, panels }) =>
    panels.flatMap(({ title, queries }) => queries.map(({ expr }) => [`${dashboard} / ${row} / ${title}`, title, expr] as const)),
  ),
);
/** Interpolates variables as Grafana does with all values selected. */
const filled = (expr: string) => expr.replaceAll('$__rate_interval', '1m').replace(/\$(service|instance|kind)/g, '.*');

let stack: Stack;
let prometheus: ManagedPrometheus;
beforeAll(async () => {
  stack = await startStack(serviceNames);
  const rules = join(import.meta.dirname, '../deploy/prometheus/alerts.yml');
  prometheus = await startPrometheus(
    Object.values(stack.services).map(({ url }) => url),
    rules,
  );
  await someTraffic(stack.gatewayUrl);
}, 240_000);
afterAll(async () => {
  await prometheus?.stop();
  await stack?.stop();
});

/** Generates load (account, analyses, cache misses and hits) until Prometheus has scraped every metric. */
async function someTraffic(url: string): Promise<void> {
  const headers = { authorization: `Bearer ${await tokenFrom(url)}` };
  const moves = [
    'http_request_duration_seconds_bucket{service="gateway",method="GET",route!~".*/(events|file)"}',
    'job_attempts_total',
    'job_duration_seconds_count{service="video"}',
    'compute_task_seconds_count{outcome="succeeded"}',
    'audio_cache_hits_total',
    'audio_cache_misses_total',
    'posts_cache_hits_total',
    'video_inspections_total',
    'video_picture_seconds_count',
    'nlp_processing_duration_seconds_count',
    'compute_task_seconds_count{service="posts",outcome="succeeded"}',
  ];
  await until(async () => (await prometheus.query('up == 1')).length === 6, 20_000);
  let still: readonly string[] = moves;
  for (let round = 1; still.length > 0; round++) {
    if (round > 8) throw new Error(`no increase after eight rounds: ${still.join(', ')}`);
    const sound = encodeWav([whiteNoise(3, 22_050, seededRandom(round))], 22_050);
    const track = `/v1/tracks/${await upload(url, headers, 'tracks', `noise-${round}.wav`, sound)}`;
    const video = `/v1/videos/${await upload(url, headers, 'videos', `clip-${round}.mp4`, clip(round))}`;
    const post = `/v1/posts/${await writePost(url, headers, round)}`;
    const paths = [track, `${track}/analysis`, `${track}/waveform.json`, '/v1/tracks', '/v1/status', '/v1/nothing'];
    paths.push(video, post, `${video}/thumbnail?timeSeconds=${round / 8}`);
    for (const path of [...paths, ...paths]) await (await fetch(url + path, { headers })).arrayBuffer();
    still = await notMoving(moves);
  }
}

async function upload(url: string, headers: Record<string, string>, noun: string, name: string, bytes: Uint8Array): Promise<string> {
  const form = new FormData();
  form.set('file', new Blob([new Uint8Array(bytes)]), name);
  const answer = await fetch(`${url}/v1/${noun}?wait=60`, { method: 'POST', headers, body: form });
  return ((await answer.json()) as { id: string }).id;
}

/** A post, whose text is analysed and which is read through the cache. */
async function writePost(url: string, headers: Record<string, string>, round: number): Promise<string> {
  const text = `Round ${round}: we measured the harbour at dawn, and nobody complained about the noise.`;
  const post = (path: string, body: object) =>
    fetch(url + path, { method: 'POST', headers: { ...headers, 'content-type': 'application/json' }, body: JSON.stringify(body) });
  await (await post('/v1/posts/analyze', { text, tasks: ['grammar'] })).arrayBuffer(); // on a thread, as short texts otherwise are not
  return ((await (await post('/v1/posts', { text })).json()) as { id: string }).id;
}

/** Two seconds of a test picture, another one for each round. */
function clip(round: number): Uint8Array {
  const folder = mkdtempSync(join(tmpdir(), 'rafaga-clip-'));
  const file = join(folder, 'clip.mp4');
  const source = `testsrc2=size=160x120:rate=10:duration=2,hue=h=${30 * round}`;
  execFileSync(testFfmpeg(), ['-v', 'error', '-f', 'lavfi', '-i', source, '-pix_fmt', 'yuv420p', file]);
  const bytes = readFileSync(file);
  rmSync(folder, { recursive: true });
  return bytes;
}

async function tokenFrom(url: string): Promise<string> {
  const person = { email: 'grafana@example.org', password: 'correct horse battery' };
  const post = (path: string) =>
    fetch(url + path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(person) });
  await post('/v1/auth/register');
  return ((await (await post('/v1/auth/login')).json()) as { accessToken: string }).accessToken;
}

async function notMoving(metrics: readonly string[]): Promise<readonly string[]> {
  const rates = await Promise.all(metrics.map((metric) => prometheus.query(`sum(rate(${metric}[1m])) > 0`)));
  return metrics.filter((_, at) => rates[at]!.length === 0);
}

describe('every panel', () => {
  it.each(asked)('%s', async (where, title, expr) => {
    const series = await prometheus.query(filled(expr));
    if (needs[title] ?? needs[where]) expect(series).toEqual(expect.any(Array));
    else expect(series.some(({ value }) => value[1] !== 'NaN')).toBe(true);
  });
  it('in the exception list exists', () => {
    const titles = asked.flat();
    expect(Object.keys(needs).filter((title) => !titles.includes(title))).toEqual([]);
  });
});

describe('the metrics of every service', () => {
  it.each(serviceNames)('%s: no series twice, no label without bounds, fewer than 3,000 series', async (name) => {
    const answer = await fetch(`${stack.services[name]!.url}/metrics`, { headers: { accept: 'application/openmetrics-text' } });
    expect(scrapeFaults(await answer.text())).toEqual([]);
  });
});

describe('the report of the last hour', () => {
  it('has the requests, the jobs and their CPU time', async () => {
    const { sections } = await makeReport(prometheusSource(prometheus.url, 1), readObjectives());
    const rowsOf = (title: string) => sections.find((section) => section.title === title)?.rows ?? [];
    expect(Number(rowsOf('Requests')[0]?.[1])).toBeGreaterThan(20);
    expect(
      rowsOf('Jobs')
        .find(([kind]) => kind === 'video.file.inspect')
        ?.at(-1),
    ).toMatch(/^[\d.]+ m?s$/);
    expect(rowsOf('Saturation')).toHaveLength(6);
  });
});

describe('the rules', () => {
  it('are evaluated without an error', async () => {
    const { data } = (await (await fetch(`${prometheus.url}/api/v1/rules`)).json()) as {
      data: { groups: { rules: { name: string; lastError?: string }[] }[] };
    };
    const rules = data.groups.flatMap((group) => group.rules);
    expect(rules.length).toBeGreaterThan(30);
    expect(rules.filter(({ lastError }) => lastError)).toEqual([]);
  });
});

describe('the metrics with fixed names', () => {
  it.each([
    'http_requests_total',
    'http_request_duration_seconds_bucket',
    'cache_hit_rate',
    'audio_cache_hits_total',
    'audio_cache_misses_total',
    'audio_cache_operation_seconds_bucket',
    'audio_cache_memory_bytes',
  ])('%s is exported', async (name) => {
    await until(async () => (await prometheus.query(name)).length > 0, 10_000);
    expect((await prometheus.query(name)).length).toBeGreaterThan(0);
  });
  it('have the label of their service', async () => {
    const services = (await prometheus.query('count by (service) (dependency_up)')).map(({ metric }) => metric.service);
    expect(services.sort()).toEqual([...serviceNames].sort());
  });
});
