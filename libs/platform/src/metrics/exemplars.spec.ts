import { afterEach, describe, expect, it } from '@jest/globals';
import fastify from 'fastify';
import { register } from 'prom-client';
import { addRequestContext } from '../start/request-context.hook.ts';
import { useTracer } from '../traces/spans.ts';
import { measureHttp } from './http.metrics.ts';

const traceId = 'a'.repeat(32);
const asked = { traceparent: `00-${traceId}-${'b'.repeat(16)}-01` };

async function scrape(accept: string) {
  const server = fastify();
  addRequestContext(server, 1_000);
  measureHttp(server);
  server.get('/v1/things/:id', async () => 'ok');
  server.get('/metrics', async (_request, reply) => reply.type('text/plain').send(await register.metrics()));
  await server.inject({ url: '/v1/things/1', headers: asked });
  const { body, headers } = await server.inject({ url: '/metrics', headers: { accept } });
  await server.close();
  return { type: headers['content-type'], exemplars: body.split('\n').filter((line) => line.includes(' # {')) };
}

describe('exemplars', () => {
  afterEach(() => {
    useTracer(undefined);
    register.resetMetrics();
  });
  it('name the trace of a request in the bucket of its duration, for those that ask for OpenMetrics', async () => {
    useTracer({ start: () => ({ end: () => undefined }) });
    const { type, exemplars } = await scrape('application/openmetrics-text;version=1.0.0,text/plain;q=0.5');
    expect(type).toBe('application/openmetrics-text; version=1.0.0; charset=utf-8');
    expect(exemplars).toHaveLength(1);
    expect(exemplars[0]).toMatch(
      /^http_request_duration_seconds_bucket\{le="[^"]+",method="GET",route="\/v1\/things\/:id"[^}]*\} 1 # \{trace_id="a{32}"\} [\d.e-]+ [\d.]+$/,
    );
  });
  it('are absent for others, without a tracer, and for requests whose trace is not sampled', async () => {
    useTracer({ start: () => undefined });
    expect(await scrape('application/openmetrics-text')).toMatchObject({ exemplars: [] });
    useTracer(undefined);
    expect(await scrape('application/openmetrics-text')).toMatchObject({ type: expect.stringMatching(/^text\/plain/), exemplars: [] });
    useTracer({ start: () => ({ end: () => undefined }) });
    expect(await scrape('text/plain')).toMatchObject({ type: expect.stringMatching(/^text\/plain/), exemplars: [] });
  });
});
