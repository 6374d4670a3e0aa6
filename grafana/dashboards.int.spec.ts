import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type OwnPrometheus, type Stack, startPrometheus, startStack, until } from '#testing';
import { dashboards } from './render.ts';

/** Panels whose series need something that does not happen here; each must still be a query that Prometheus understands. */
const needs: Readonly<Record<string, string>> = {
  'Errors by route': 'an answer with a 5xx',
  'Refused by a limit': 'a caller over the limit',
  'Webhooks delivered': 'a webhook, and something to tell it',
  'Failures hidden from callers': 'a cache tier that fails',
  'Requests at the edge': 'Kong',
  'Delay by Kong itself, p95': 'Kong',
  'Gateways that Kong holds for healthy': 'Kong',
};

const asked = dashboards.flatMap(({ title: dashboard, rows }) =>
  rows.flatMap(({ title: row, panels }) =>
    panels.flatMap(({ title, queries }) => queries.map(({ expr }) => [`${dashboard} / ${row} / ${title}`, title, expr] as const)),
  ),
);
/** As Grafana would fill it in with everything chosen. */
const filled = (expr: string) => expr.replaceAll('$__rate_interval', '1m').replace(/\$(service|instance)/g, '.*');

let stack: Stack;
let prometheus: OwnPrometheus;
beforeAll(async () => {
  stack = await startStack(['gateway', 'audio', 'video', 'posts', 'cache', 'health']);
  prometheus = await startPrometheus(Object.values(stack.services).map(({ url }) => url));
  await someTraffic(stack.gatewayUrl);
  await until(async () => (await prometheus.query('sum(rate(job_attempts_total[1m])) > 0')).length > 0, 30_000);
}, 120_000);
afterAll(async () => {
  await prometheus?.stop();
  await stack?.stop();
});

/** An account, an upload that is analysed, reads that miss and hit the cache, an error of the client's. Twice, so that rates have two points. */
async function someTraffic(url: string): Promise<void> {
  const person = { email: 'grafana@example.org', password: 'correct horse battery' };
  const post = (path: string, body: unknown) =>
    fetch(url + path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
  await post('/v1/auth/register', person);
  const { accessToken } = (await (await post('/v1/auth/login', person)).json()) as { accessToken: string };
  const headers = { authorization: `Bearer ${accessToken}` };
  const form = new FormData();
  form.set('file', new Blob([readFileSync(join(import.meta.dirname, '../deploy/sample/rafaga-sample.ogg'))]), 'sample.ogg');
  await until(async () => (await prometheus.query('up == 1')).length === 6, 20_000);
  const { id } = (await (await fetch(`${url}/v1/tracks?wait=60`, { method: 'POST', headers, body: form })).json()) as { id: string };
  const paths = [
    `/v1/tracks/${id}`,
    `/v1/tracks/${id}/analysis`,
    `/v1/tracks/${id}/waveform.json`,
    '/v1/tracks',
    '/v1/status',
    '/v1/nothing',
  ];
  await until(async () => {
    await Promise.all(paths.map((path) => fetch(url + path, { headers }).then((answer) => answer.arrayBuffer())));
    return (await prometheus.query('sum(rate(audio_cache_hits_total[1m])) > 0')).length > 0;
  }, 30_000);
}

describe('every panel', () => {
  it.each(asked)('%s', async (_where, title, expr) => {
    const series = await prometheus.query(filled(expr));
    if (needs[title]) expect(series).toEqual(expect.any(Array));
    else expect(series.some(({ value }) => value[1] !== 'NaN')).toBe(true);
  });
  it('that is excused is there, and still without data', async () => {
    for (const title of Object.keys(needs)) {
      const own = asked.filter(([, other]) => other === title);
      const answers = await Promise.all(own.map(([, , expr]) => prometheus.query(filled(expr))));
      expect([title, own.length > 0, answers.flat()]).toEqual([title, true, []]);
    }
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
  ])('%s is told', async (name) => {
    await until(async () => (await prometheus.query(name)).length > 0, 10_000);
    expect((await prometheus.query(name)).length).toBeGreaterThan(0);
  });
  it('carry the service that tells them', async () => {
    const services = (await prometheus.query('count by (service) (dependency_up)')).map(({ metric }) => metric.service);
    expect(services.sort()).toEqual(['audio', 'cache', 'gateway', 'health', 'posts', 'video']);
  });
});
