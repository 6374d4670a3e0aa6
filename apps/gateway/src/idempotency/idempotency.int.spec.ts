import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { register as metrics } from 'prom-client';
import { type OwnGateway, startGateway } from '../../testing/own-gateway.ts';
import { EndpointRegistry } from '../http/endpoint-registry.ts';

const plenty = '10000000';
const environment = {
  GATEWAY_KEY_SECRET: Buffer.alloc(32, 9).toString('base64'),
  GATEWAY_CREDENTIALS_LIMIT_PER_ADDRESS_PER_MINUTE: plenty,
  GATEWAY_CREDENTIALS_LIMIT_PER_ACCOUNT_PER_MINUTE: plenty,
};
let one: OwnGateway;
let other: OwnGateway;
beforeAll(async () => {
  one = await startGateway(environment);
  metrics.clear(); // two instances in one process would register the same metrics twice
  other = await startGateway({ ...environment, DATABASE_URL: one.databaseUrl });
});
afterAll(async () => {
  await other.stop();
  await one.stop();
});

let number = 0;
const account = () => ({ email: `idem${++number}@example.org`, password: 'correct horse battery' });
const register = (gateway: OwnGateway, body: unknown, key: string) =>
  gateway.ask('POST', '/v1/auth/register', { body, headers: { 'idempotency-key': key } });

describe('Idempotency-Key', () => {
  it('replays the first response from another instance, where the request without a key would fail', async () => {
    const body = account();
    const first = await register(one, body, 'a');
    const again = await register(other, body, 'a');
    expect(first).toMatchObject({ status: 201 });
    expect(first.headers.get('idempotency-replayed')).toBeNull();
    expect(again).toMatchObject({ status: 201, json: first.json });
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect((await register(other, body, 'b')).json.code).toBe('email-taken');
  });

  it('executes concurrent requests to two instances once', async () => {
    const body = account();
    const answers = await Promise.all(Array.from({ length: 12 }, (_, index) => register(index % 2 ? one : other, body, 'c')));
    const outcomes = new Set(answers.map(({ status, json }) => json.code ?? status));
    expect(outcomes).toContain(201);
    outcomes.delete(201);
    outcomes.delete('idempotency-in-flight');
    expect([...outcomes]).toEqual([]);
    for (const { status, headers } of answers) if (status === 409) expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
  });

  it('is rejected with another body', async () => {
    await register(one, account(), 'd');
    expect(await register(other, account(), 'd')).toMatchObject({ status: 422, json: { code: 'idempotency-key-reused' } });
  });

  it.each(['""', 'two words', 'x'.repeat(256)])('is rejected when it is %j', async (key) => {
    const { status, json } = await register(one, account(), key);
    expect({ status, pointer: json.errors?.[0].pointer }).toEqual({ status: 400, pointer: '/idempotency-key' });
  });

  it('does not store a request that fails validation', async () => {
    expect((await register(one, { email: 'no' }, 'e')).status).toBe(400);
    expect((await register(one, account(), 'e')).status).toBe(201);
  });

  it('replays the tokens of a refresh whose response was lost', async () => {
    const body = account();
    await register(one, body, 'f');
    const { refreshToken } = (await one.ask('POST', '/v1/auth/login', { body })).json;
    const refresh = (gateway: OwnGateway) =>
      gateway.ask('POST', '/v1/auth/refresh', { body: { refreshToken }, headers: { 'idempotency-key': 'g' } });
    const first = await refresh(one);
    expect(await refresh(other)).toMatchObject({ status: 200, json: first.json });
  });

  it('supports responses without a body', async () => {
    const logout = () => one.ask('POST', '/v1/auth/logout', { body: { refreshToken: 'unknown' }, headers: { 'idempotency-key': 'h' } });
    expect((await logout()).status).toBe(204);
    const again = await logout();
    expect([again.status, again.headers.get('idempotency-replayed')]).toEqual([204, 'true']);
  });

  it('is documented for every POST and only there', async () => {
    const { paths, components } = (await one.ask('GET', '/openapi.json')).json as {
      paths: Record<string, Record<string, { parameters?: { name?: string; $ref?: string }[] }>>;
      components: { parameters: Record<string, { name: string }> };
    };
    const nameOf = ({ name, $ref = '' }: { name?: string; $ref?: string }) => name ?? components.parameters[$ref.split('/').at(-1)!]?.name;
    const endpoints = one.app.get(EndpointRegistry, { strict: false }).all();
    for (const { method, path } of endpoints) {
      const operation = paths[path.replace(/:(\w+)/g, '{$1}')]![method.toLowerCase()]!;
      const names = (operation.parameters ?? []).map(nameOf);
      expect([method, path, names.includes('idempotency-key')]).toEqual([method, path, method === 'POST']);
    }
  });
});
