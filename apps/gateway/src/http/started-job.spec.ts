import { Agent, createServer, get, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { until } from '#testing';
import { goneSignal } from './started-job.ts';

const agent = new Agent({ keepAlive: true, maxSockets: 1 });
let signals: AbortSignal[] = [];
let listeners: number[] = [];
const goneOf = (raw: IncomingMessage, answer: ServerResponse) =>
  goneSignal({ raw } as unknown as FastifyRequest, { raw: answer } as unknown as FastifyReply);
const server = createServer((request, answer) => {
  signals.push(goneOf(request, answer));
  listeners.push(request.socket.listenerCount('close'));
  if (request.url !== '/slow') answer.end('done');
});
beforeAll(() => new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve)));
afterAll(() => {
  agent.destroy();
  server.closeAllConnections();
  return new Promise((resolve) => void server.close(resolve));
});

const address = (path: string) => ({ port: (server.address() as AddressInfo).port, host: '127.0.0.1', path, agent });
const ask = () => new Promise((resolve) => get(address('/'), (answer) => answer.resume().once('end', resolve)));

describe('the signal that a client has gone', () => {
  it('stays silent for an answered request, and leaves nothing on a connection that is kept', async () => {
    [signals, listeners] = [[], []];
    for (let at = 0; at < 5; at++) await ask();
    expect([new Set(listeners).size, signals.some(({ aborted }) => aborted)]).toEqual([1, false]);
    agent.destroy();
    expect(await until(async () => signals.some(({ aborted }) => aborted), 200)).toBe(false);
  });

  it('aborts when the client leaves before the answer', async () => {
    signals = [];
    const request = get(address('/slow')).on('error', () => undefined);
    expect(await until(async () => signals.length === 1, 2_000)).toBe(true);
    request.destroy();
    expect(await until(async () => signals[0]!.aborted, 2_000)).toBe(true);
  });

  it('has aborted where the connection is closed already', () =>
    expect(goneOf({ socket: { destroyed: true } } as IncomingMessage, {} as ServerResponse).aborted).toBe(true));
});
