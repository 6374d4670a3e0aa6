/** A trace that a client begins is carried through HTTP, NATS and the job, into the lines of the log. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { encodeWav, type Stack, seededRandom, startStack, until, whiteNoise } from '#testing';
import { Api } from './support/api.ts';

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
let stack: Stack;
beforeAll(async () => {
  stack = await startStack(['gateway', 'audio']);
}, 120_000);
afterAll(() => stack.stop(), 60_000);

const linesOf = (service: 'gateway' | 'audio') =>
  readFileSync(stack.services[service]!.logFile, 'utf8')
    .split('\n')
    .filter((line) => line.includes(traceId))
    .map((line) => JSON.parse(line) as Record<string, unknown>);

describe('a trace', () => {
  it('leads from the request of a client to the end of its job in another service', async () => {
    const ana = await Api.register(stack.gatewayUrl);
    const form = new FormData();
    form.set('file', new Blob([encodeWav([whiteNoise(2, 8_000, seededRandom(1))], 8_000)]), 'noise.wav');
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
});
