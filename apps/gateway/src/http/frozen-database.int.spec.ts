import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { freeze, type OwnServer, startPostgres, until } from '#testing';
import { type Answer, type OwnGateway, startGateway } from '../../testing/own-gateway.ts';

let server: OwnServer;
let gateway: OwnGateway;
let token: string;
let thaw = () => {};
beforeAll(async () => {
  server = await startPostgres();
  gateway = await startGateway({ DATABASE_URL: server.url, DATABASE_SILENCE_MS: '1200', DATABASE_CONNECT_TIMEOUT_MS: '1500' });
  const body = { email: 'ana@example.org', password: 'correct horse battery' };
  await gateway.ask('POST', '/v1/auth/register', { body });
  token = (await gateway.ask('POST', '/v1/auth/login', { body })).json.accessToken;
});
afterAll(async () => {
  thaw();
  await gateway?.stop();
  await server?.stop();
});

const requests = (): Promise<Answer>[] => [
  gateway.ask('GET', '/v1/webhooks', { token }),
  gateway.ask('GET', '/v1/uploads', { token }),
  gateway.ask('GET', '/v1/api-keys', { token }),
  gateway.ask('POST', '/v1/auth/login', { body: { email: 'ana@example.org', password: 'correct horse battery' } }),
];
/** What was on its way when PostgreSQL froze may still happen when it goes on. */
const registering = () => {
  const body = { email: 'ben@example.org', password: 'correct horse battery' };
  return gateway.ask('POST', '/v1/auth/register', { body, headers: { 'idempotency-key': 'a' } });
};
const postgresOf = async () => (await gateway.ask('GET', '/health/ready')).json.details.postgres;

describe('a gateway whose PostgreSQL is frozen', () => {
  it('says so to probes and, in a problem document, to clients; and is well again when it goes on', async () => {
    thaw = freeze(server);
    for (const { status, json, headers } of await Promise.all([...requests(), registering()])) {
      expect([status, json.code]).toEqual([503, 'service-unavailable']);
      expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
    }
    expect((await gateway.ask('GET', '/health/ready')).status).toBe(503);
    expect(await postgresOf()).toMatchObject({ status: 'down' });
    expect((await gateway.ask('GET', '/health/live')).status).toBe(200);
    thaw();
    expect(await until(async () => (await gateway.ask('GET', '/health/ready')).status === 200, 20_000)).toBe(true);
    for (const { status } of await Promise.all(requests())) expect(status).toBe(200);
  });
});
