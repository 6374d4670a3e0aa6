/** A trace that a client begins is carried through HTTP, NATS and the job, into the lines of the log. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Stack, startStack, testFfmpeg, until } from '#testing';
import { Api } from './support/api.ts';

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly attributes: readonly { readonly key: string; readonly value: { readonly stringValue?: string } }[];
  readonly service: string;
}
const spans: Span[] = [];
let collector: Server;
let stack: Stack;
beforeAll(async () => {
  collector = createServer(async (request, response) => {
    if (request.url === '/v1/traces') spans.push(...spansIn(await text(request)));
    response.setHeader('content-type', 'application/json').end('{}');
  });
  await new Promise<void>((done) => collector.listen(0, '127.0.0.1', done));
  const endpoint = `http://127.0.0.1:${(collector.address() as AddressInfo).port}`;
  stack = await startStack(['gateway', 'audio'], { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_TRACES_SAMPLER_ARG: '1' });
}, 120_000);
afterAll(async () => {
  await stack?.stop();
  collector?.closeAllConnections();
  collector?.close();
}, 60_000);

function spansIn(body: string): Span[] {
  const { resourceSpans } = JSON.parse(body) as {
    resourceSpans: { resource: { attributes: Span['attributes'] }; scopeSpans: { spans: Span[] }[] }[];
  };
  return resourceSpans.flatMap(({ resource, scopeSpans }) => {
    const service = resource.attributes.find(({ key }) => key === 'service.name')?.value.stringValue ?? '';
    return scopeSpans.flatMap((scope) => scope.spans.map((span) => ({ ...span, service })));
  });
}

const linesOf = (service: 'gateway' | 'audio') =>
  readFileSync(stack.services[service]!.logFile, 'utf8')
    .split('\n')
    .filter((line) => line.includes(traceId))
    .map((line) => JSON.parse(line) as Record<string, unknown>);

describe('a trace', () => {
  it('leads from the request of a client to the end of its job in another service', async () => {
    const ana = await Api.register(stack.gatewayUrl);
    const noise = execFileSync(testFfmpeg(), ['-v', 'error', '-f', 'lavfi', '-i', 'anoisesrc=d=2:r=22050:seed=1', '-f', 'mp3', 'pipe:1']);
    const form = new FormData();
    form.set('file', new Blob([noise]), 'noise.mp3');
    const headers = { traceparent: `00-${traceId}-00f067aa0ba902b7-01`, 'x-request-id': 'traced-request' };
    const { status } = await ana.send('/v1/tracks?wait=30', { method: 'POST', headers, body: form });
    expect(status).toBe(201);
    expect(await until(() => linesOf('audio').some(({ kind }) => kind === 'audio.recording.analyze'), 30_000)).toBe(true);
    expect(linesOf('audio').find(({ kind }) => kind === 'audio.recording.analyze')).toMatchObject({
      service: 'audio',
      traceId,
      outcome: 'succeeded',
    });
  }, 90_000);
  it('is exported as connected spans of both services: HTTP, NATS, job, thread, process, SQL and Redis', async () => {
    const own = () => spans.filter((span) => span.traceId === traceId);
    const seen = () => own().map(({ service, name }) => `${service} ${name}`);
    const expected = [
      'gateway POST /v1/tracks',
      'gateway audio.track.create.v1',
      'audio audio.track.create.v1',
      'audio job audio.recording.analyze',
      'audio process ffprobe',
      'audio SQL INSERT',
    ];
    await until(() => expected.every((each) => seen().includes(each)), 20_000); // services send spans once a second
    expect(expected.filter((each) => !seen().includes(each))).toEqual([]);
    expect(seen().some((each) => /^audio thread /.test(each))).toBe(true);
    expect(seen().some((each) => /^(gateway|audio) Redis /.test(each))).toBe(true);
    const ids = new Set([...own().map(({ spanId }) => spanId), '00f067aa0ba902b7']);
    expect(
      own()
        .filter(({ parentSpanId }) => !ids.has(parentSpanId ?? ''))
        .map(({ name }) => name),
    ).toEqual([]);
    expect(ids.size).toBe(own().length + 1);
  }, 60_000);
  it('has no parameter of a statement and no key', () => {
    const values = spans.flatMap(({ attributes }) => attributes.map(({ value }) => value.stringValue ?? '')).join('\n');
    expect(values).toContain('$1');
    expect(values).not.toContain('noise.mp3');
  });
});
