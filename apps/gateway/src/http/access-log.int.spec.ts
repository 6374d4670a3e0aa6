import { connect } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import Fastify, { type FastifyInstance } from 'fastify';
import { Log } from '#platform';
import { AccessLog, installAccessLog } from './access-log.ts';
import { answerFrameworkError, handleClientErrors } from './client-error-handler.ts';

let fastify: FastifyInstance;
let accessLog: AccessLog;
let written: string;
let url: string;
function take(text: string): void {
  written += text;
}
const log = Log.open({ service: 'gateway', instance: '1', level: 'info' }, { write: take });

beforeAll(async () => {
  accessLog = new AccessLog(log, { enabled: true, sampleRatio: 1 });
  fastify = Fastify({ frameworkErrors: answerFrameworkError as never });
  installAccessLog(fastify, accessLog);
  fastify.get('/v1/links/:token/file', async () => 'content');
  handleClientErrors(fastify.server, accessLog);
  url = await fastify.listen({ port: 0, host: '127.0.0.1' });
});
afterAll(() => fastify?.close());
beforeEach(() => {
  written = '';
});

/** One object a line. */
function lines(): Record<string, unknown>[] {
  accessLog.flush();
  return written
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
}

describe('the access log', () => {
  it('has one line a request, with the route and not the path, which may be secret', async () => {
    await (await fetch(`${url}/v1/links/secret-token/file?key=secret`)).text();
    expect(lines()).toEqual([
      {
        ...{ level: 'info', time: expect.any(String), service: 'gateway', instance: '1', msg: 'request' },
        ...{ method: 'GET', route: '/v1/links/:token/file', status: 200, durationMs: expect.any(Number), bytes: 7, subject: null },
        ...{ requestId: '', traceId: '' },
      },
    ]);
    expect(written).not.toContain('secret');
  });

  it('has requests that the parser or the router refuses, by the id that the client got', async () => {
    const raw = await new Promise<string>((resolve) => {
      let text = '';
      const socket = connect(Number(new URL(url).port), '127.0.0.1', () => socket.write('NONSENSE\r\n\r\n'));
      socket.on('data', (data) => (text += data)).on('close', () => resolve(text));
    });
    const undecodable = await fetch(`${url}/v1/links/%E0%A4%A/file`);
    const [first, second] = lines();
    expect(first).toMatchObject({ status: 400, route: null, requestId: /x-request-id: (\S+)/.exec(raw)?.[1] });
    expect(second).toMatchObject({ status: 400, method: 'GET', requestId: undecodable.headers.get('x-request-id') });
  });

  it('takes a sample of the answers under 400 and all others', () => {
    const sampled = new AccessLog(log, { enabled: true, sampleRatio: 0.1 }, () => 0.5);
    expect([200, 304, 404, 500].map((status) => sampled.wants(status))).toEqual([false, false, true, true]);
    expect(new AccessLog(log, { enabled: false, sampleRatio: 1 }).wants(500)).toBe(false);
    const quiet = Log.open({ service: 'gateway', instance: '1', level: 'warn' }, { write: () => undefined });
    expect(new AccessLog(quiet, { enabled: true, sampleRatio: 1 }).wants(500)).toBe(false);
  });

  it('keeps at most 10,000 lines until it writes, and says how many it dropped', () => {
    const entry = { method: 'GET', route: '/', status: 200, durationMs: 0, bytes: 0, subject: null, requestId: '', traceId: '' };
    for (let at = 0; at < 10_003; at++) accessLog.add(entry);
    const all = lines();
    expect(all).toHaveLength(10_001);
    expect(all.at(-1)).toMatchObject({ level: 'warn', dropped: 3 });
  });
});
