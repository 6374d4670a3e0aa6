import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { serviceNames } from '#contracts';
import { encodeWav, type OwnPrometheus, type Stack, seededRandom, startPrometheus, startStack, until, whiteNoise } from '#testing';
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
  stack = await startStack(serviceNames);
  prometheus = await startPrometheus(Object.values(stack.services).map(({ url }) => url));
  await someTraffic(stack.gatewayUrl);
}, 120_000);
afterAll(async () => {
  await prometheus?.stop();
  await stack?.stop();
});

/** An account, recordings that are analysed, reads that miss and hit the cache; again and again, until Prometheus sees all of it move. */
async function someTraffic(url: string): Promise<void> {
  const headers = { authorization: `Bearer ${await tokenFrom(url)}` };
  const moves = [
    'job_attempts_total',
    'compute_task_seconds_count{outcome="succeeded"}',
    'audio_cache_hits_total',
    'audio_cache_misses_total',
  ];
  await until(async () => (await prometheus.query('up == 1')).length === 6, 20_000);
  for (let round = 1; !(await areMoving(moves)); round++) {
    const sound = encodeWav([whiteNoise(3, 22_050, seededRandom(round))], 22_050);
    const form = new FormData();
    form.set('file', new Blob([new Uint8Array(sound)]), `noise-${round}.wav`);
    const answer = await fetch(`${url}/v1/tracks?wait=60`, { method: 'POST', headers, body: form });
    const { id } = (await answer.json()) as { id: string };
    const track = `/v1/tracks/${id}`;
    const paths = [track, `${track}/analysis`, `${track}/waveform.json`, '/v1/tracks', '/v1/status', '/v1/nothing'];
    for (const path of [...paths, ...paths]) await (await fetch(url + path, { headers })).arrayBuffer();
  }
}

async function tokenFrom(url: string): Promise<string> {
  const person = { email: 'grafana@example.org', password: 'correct horse battery' };
  const post = (path: string) =>
    fetch(url + path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(person) });
  await post('/v1/auth/register');
  return ((await (await post('/v1/auth/login')).json()) as { accessToken: string }).accessToken;
}

const areMoving = async (metrics: readonly string[]) =>
  (await Promise.all(metrics.map((metric) => prometheus.query(`sum(rate(${metric}[1m])) > 0`)))).every(({ length }) => length > 0);

describe('every panel', () => {
  it.each(asked)('%s', async (_where, title, expr) => {
    const series = await prometheus.query(filled(expr));
    if (needs[title]) expect(series).toEqual(expect.any(Array));
    else expect(series.some(({ value }) => value[1] !== 'NaN')).toBe(true);
  });
  it('that is excused is there', () => {
    const titles = asked.map(([, title]) => title);
    expect(Object.keys(needs).filter((title) => !titles.includes(title))).toEqual([]);
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
    expect(services.sort()).toEqual([...serviceNames].sort());
  });
});
