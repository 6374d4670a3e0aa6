/** An event stream ends with the credentials of its client. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { register as metrics } from 'prom-client';
import { Database } from '#platform';
import { type OwnGateway, startGateway } from '../../testing/own-gateway.ts';

const environment = { GATEWAY_KEY_SECRET: Buffer.alloc(32, 6).toString('base64') };
let gateway: OwnGateway;
let copy: OwnGateway;
beforeAll(async () => {
  gateway = await startGateway(environment);
  metrics.clear(); // two instances in one process would register the same metrics twice
  copy = await startGateway({ ...environment, DATABASE_URL: gateway.databaseUrl });
});
afterAll(async () => {
  await copy.stop();
  await gateway.stop();
});

const account = { email: 'ana@example.org', password: 'correct horse battery' };
const login = async () =>
  (await gateway.ask('POST', '/v1/auth/login', { body: account })).json as { accessToken: string; refreshToken: string };

async function jobOf(token: string): Promise<string> {
  const { json: me } = await gateway.ask('GET', '/v1/me', { token });
  const id = randomUUID();
  const insert = `INSERT INTO jobs.job (id, owner_id, kind, max_attempts, subject, input, context) VALUES ($1, $2, 'test.job.nobody', 3, '{}', '{}', '{}')`;
  await gateway.app.get(Database).source.query(insert, [id, me.id]);
  return id;
}

/** @returns resolves with the content of the stream when it ends */
async function listen(jobId: string, token: string): Promise<Promise<string>[]> {
  const response = await fetch(`${gateway.url}/v1/jobs/${jobId}/events`, { headers: { authorization: `Bearer ${token}` } });
  expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/event-stream']);
  return [response.text()]; // wrapped in an array, so that awaiting the headers does not await the end
}

describe('an event stream', () => {
  beforeAll(() => gateway.ask('POST', '/v1/auth/register', { body: account }));

  it.each(['here', 'on another copy'])('ends when its session is ended %s, but not with another session', async (where) => {
    const at = where === 'here' ? gateway : copy;
    const [listener, stranger] = [await login(), await login()];
    const [heard] = await listen(await jobOf(listener.accessToken), listener.accessToken);
    let over = false;
    void heard!.then(() => (over = true));
    await at.ask('POST', '/v1/auth/logout', { body: { refreshToken: stranger.refreshToken } });
    expect((await gateway.ask('GET', '/v1/me', { token: listener.accessToken })).status).toBe(200);
    expect(over).toBe(false);
    await at.ask('POST', '/v1/auth/logout', { body: { refreshToken: listener.refreshToken } });
    expect(await heard).toContain('retry: 2000');
  });
  it.each(['here', 'on another copy'])('ends when its API key is revoked %s', async (where) => {
    const at = where === 'here' ? gateway : copy;
    const { accessToken } = await login();
    const { json: apiKey } = await gateway.ask('POST', '/v1/api-keys', { token: accessToken, body: { name: 'listener' } });
    const [heard] = await listen(await jobOf(accessToken), apiKey.key);
    expect((await at.ask('DELETE', `/v1/api-keys/${apiKey.id}`, { token: accessToken })).status).toBe(204);
    expect(await heard).toContain('retry: 2000');
  });
});
