import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startNats, type TestDatabase, testDatabase, testRedisUrl } from '#testing/servers';
import { LocalStack } from './local-stack.ts';
import type { RunState } from './run-file.ts';

let folder: string;
let database: TestDatabase;
let nats: Awaited<ReturnType<typeof startNats>>;
let stack: LocalStack;
let state: RunState;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'rafaga-accounts-'));
  database = await testDatabase('accounts');
  nats = await startNats();
  const { NODE_OPTIONS: _flags, ...plain } = process.env;
  const servers = { DATABASE_URL: database.url, REDIS_URL: await testRedisUrl(), NATS_URL: nats.url };
  stack = new LocalStack(folder, { ...plain, ...servers, WORKER_BUDGET: 'process' });
  await stack.startInfrastructure();
  await stack.startServices(['gateway']);
  await stack.createAccounts();
  state = stack.state;
}, 120_000);
afterAll(async () => {
  await stack.stop();
  await nats.stop();
  await database.drop();
  rmSync(folder, { recursive: true, force: true });
});

/** @returns the status of an operators' route for an account that logs in with what the start prints */
async function statusFor(account: { readonly email: string; readonly password: string } | null): Promise<number> {
  const { email, password } = account!;
  const headers = { 'content-type': 'application/json' };
  const login = await fetch(`${state.gatewayUrl}/v1/auth/login`, { method: 'POST', headers, body: JSON.stringify({ email, password }) });
  const { accessToken } = (await login.json()) as { accessToken: string };
  return (await fetch(`${state.gatewayUrl}/v1/operators/users`, { headers: { authorization: `Bearer ${accessToken}` } })).status;
}

describe('the accounts of a first start', () => {
  it('are an operator, who sees all accounts, and a demo user, who does not', async () => {
    expect([await statusFor(state.operator), await statusFor(state.demo)]).toEqual([200, 403]);
  });

  it('are the same when the start is repeated', async () => {
    await stack.createAccounts();
    expect(stack.state.operator).toEqual(state.operator);
    expect(stack.state.demo?.email).toBe(state.demo?.email);
  });
});
