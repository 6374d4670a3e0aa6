/** The gateway under attack, somebody who has an account there, and what every refusal has to look like. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { expect } from '@jest/globals';
import { failures } from '#contracts';
import { type Answer, type OwnGateway, startGateway } from '../testing/own-gateway.ts';

const plenty = '10000000';

export interface Target {
  readonly gateway: OwnGateway;
  readonly token: string;
  readonly refreshToken: string;
  readonly email: string;
}

export const password = 'correct horse battery';

export async function startTarget(environment: Readonly<Record<string, string>> = {}): Promise<Target> {
  const gateway = await startGateway({
    GATEWAY_RATE_LIMIT_PER_MINUTE: plenty,
    GATEWAY_CREDENTIALS_LIMIT_PER_ADDRESS_PER_MINUTE: plenty,
    GATEWAY_CREDENTIALS_LIMIT_PER_ACCOUNT_PER_MINUTE: plenty,
    ...environment,
  });
  const email = 'victim@example.org';
  await gateway.ask('POST', '/v1/auth/register', { body: { email, password } });
  const { accessToken, refreshToken } = (await gateway.ask('POST', '/v1/auth/login', { body: { email, password } })).json;
  return { gateway, token: accessToken, refreshToken, email };
}

/** What nobody outside may ever read. */
const insides = /node_modules|\.[tj]s:\d|\n\s+at |argon2|identity\.|SELECT |ECONNREFUSED|postgres:\/\/|nats:\/\/|redis:\/\//i;

/** Refused by a problem document of the client's fault, without a word about our insides. */
export function expectRefused({ status, headers, json }: Answer, wanted?: readonly number[]): void {
  expect({ status, allowed: wanted?.includes(status) ?? (status >= 400 && status < 500), code: json?.code }).toEqual({
    status,
    allowed: true,
    code: expect.any(String),
  });
  expect(headers.get('content-type')).toMatch(/^application\/problem\+json/);
  expect(json).toMatchObject({
    status,
    title: failures[json.code as keyof typeof failures].title,
    traceId: expect.stringMatching(/^[0-9a-f]{32}$/),
  });
  expect(JSON.stringify(json)).not.toMatch(insides);
}

/** Bytes as they are, past every client library. @returns what came back until the other side hung up, or had answered once */
export async function sendRaw(url: string, bytes: string | Buffer): Promise<string> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => void chunks.push(chunk));
  socket.on('error', () => undefined); // being cut off is an answer too
  await once(socket, 'connect');
  socket.write(bytes); // and no end yet: a server that reads it before it has an answer hangs up without one
  const timers = [setTimeout(() => socket.end(), 4_000), setTimeout(() => socket.destroy(), 9_000)];
  await new Promise((resolve) => socket.once('close', resolve));
  timers.forEach(clearTimeout);
  return Buffer.concat(chunks).toString('latin1');
}

/** The statuses of all answers in what a socket heard. */
export const statusesIn = (heard: string): number[] => [...heard.matchAll(/^HTTP\/1\.1 (\d{3}) /gm)].map(([, status]) => Number(status));
