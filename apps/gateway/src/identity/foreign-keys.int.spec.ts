/** A gateway whose secret does not open what the database holds: as a process of its own, because it has to end. */
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startService, testNatsUrl, testRedisUrl } from '#testing';
import { type OwnGateway, startGateway } from '../../testing/own-gateway.ts';

let folder: string;
let first: OwnGateway;
let environment: Parameters<typeof startService>[1];
let token: string;
const account = { email: 'ana@example.org', password: 'correct horse battery' };

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rafaga-foreign-keys-'));
  first = await startGateway();
  environment = {
    DATABASE_URL: first.databaseUrl,
    REDIS_URL: await testRedisUrl(),
    NATS_URL: testNatsUrl(),
    BLOB_STORE_URL: `file://${folder}/blobs`,
  };
  await first.ask('POST', '/v1/auth/register', { body: account });
  token = (await first.ask('POST', '/v1/auth/login', { body: account })).json.accessToken;
});
afterAll(async () => {
  await first.stop();
  await rm(folder, { recursive: true, force: true });
});

describe('a gateway beside a database that was sealed with another secret', () => {
  it('ends, says what to set, and makes no secret of its own', async () => {
    const path = join(folder, 'elsewhere', 'identity.key');
    await expect(startService('gateway', { ...environment, GATEWAY_KEY_PATH: path })).rejects.toThrow(
      /do not open with the secret of this gateway: set GATEWAY_KEY_SECRET/,
    );
    expect(existsSync(path)).toBe(false);
    expect((await first.ask('GET', '/.well-known/jwks.json')).json.keys).toHaveLength(1);
  });
  it('starts when it is told to: with new keys, beside which the old ones verify', async () => {
    const secret = Buffer.alloc(32, 8).toString('base64');
    const service = await startService('gateway', { ...environment, GATEWAY_KEY_SECRET: secret, GATEWAY_KEY_RESET: 'true' });
    try {
      const { keys } = (await (await fetch(`${service.url}/.well-known/jwks.json`)).json()) as { keys: unknown[] };
      expect(keys).toHaveLength(2);
      const me = await fetch(`${service.url}/v1/me`, { headers: { authorization: `Bearer ${token}` } });
      expect(me.status).toBe(200);
    } finally {
      await service.stop();
    }
  });
});
