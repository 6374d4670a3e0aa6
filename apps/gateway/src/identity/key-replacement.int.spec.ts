/** The secret of the gateway is replaced while gateways run: the old one still opens, the new one seals, and in the end the old one is not needed. */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Database, unseal } from '#platform';
import { queryRows } from '#storage';
import { type RunningService, startService, testNatsUrl, testRedisUrl, until } from '#testing';
import { type OwnGateway, startGateway } from '../../testing/own-gateway.ts';
import { GatewaySecret } from './gateway-secret.ts';
import { Sealer } from './sealer.ts';

const [oldSecret, newSecret] = [randomBytes(32), randomBytes(32)].map((secret) => secret.toString('base64')) as [string, string];
const account = { email: 'ana@example.org', password: 'correct horse battery' };
let folder: string;
let before: OwnGateway;
let environment: Parameters<typeof startService>[1];
let token: string;
let webhookId: string;

const rows = <Row>(sql: string) => queryRows<Row>(before.app.get(Database, { strict: false }).source, sql);
const statusWith = async (url: string, bearer: string) =>
  (await fetch(`${url}/v1/me`, { headers: { authorization: `Bearer ${bearer}` } })).status;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rafaga-key-replacement-'));
  // The first step: every copy opens what either secret sealed.
  before = await startGateway({
    GATEWAY_KEY_SECRET: oldSecret,
    GATEWAY_KEY_SECRET_PREVIOUS: newSecret,
    OUTBOUND_ALLOW_PRIVATE: '127.0.0.1:9',
  });
  environment = {
    DATABASE_URL: before.databaseUrl,
    REDIS_URL: await testRedisUrl(),
    NATS_URL: testNatsUrl(),
    BLOB_STORE_URL: `file://${folder}/blobs`,
  };
  await before.ask('POST', '/v1/auth/register', { body: account });
  token = (await before.ask('POST', '/v1/auth/login', { body: account })).json.accessToken;
  const hook = { url: 'http://127.0.0.1:9/hook', types: ['job.succeeded'] };
  webhookId = (await before.ask('POST', '/v1/webhooks', { body: hook, token })).json.id;
}, 60_000);
afterAll(async () => {
  await before.stop();
  await rm(folder, { recursive: true, force: true });
});

describe('a gateway with the new secret and the previous one', () => {
  let after: RunningService;
  beforeAll(async () => {
    after = await startService('gateway', { ...environment, GATEWAY_KEY_SECRET: newSecret, GATEWAY_KEY_SECRET_PREVIOUS: oldSecret });
  }, 90_000);
  afterAll(() => after?.stop());

  it('accepts tokens of before, and its own are accepted by copies that still have the old secret', async () => {
    expect(await statusWith(after.url, token)).toBe(200);
    const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(account) };
    const { accessToken } = (await (await fetch(`${after.url}/v1/auth/login`, init)).json()) as { accessToken: string };
    expect(await statusWith(before.url, accessToken)).toBe(200);
    expect((await rows('SELECT kid FROM identity.signing_keys')).length).toBe(1);
  });

  it('seals signing keys and secrets of webhooks again', async () => {
    const sealer = new Sealer(new GatewaySecret({ GATEWAY_KEY_SECRET: newSecret }));
    const isKeySealed = async () => {
      const [key] = await rows<{ kid: string; sealed: Buffer }>('SELECT kid, sealed_private AS sealed FROM identity.signing_keys');
      return unseal(key!.sealed, Buffer.from(newSecret, 'base64'), key!.kid) !== undefined;
    };
    const isHookSealed = async () => {
      const [hook] = await rows<{ sealed: Buffer }>('SELECT sealed_secret AS sealed FROM gateway.webhook');
      return (await sealer.unseal('webhook secrets', hook!.sealed, webhookId)) !== undefined;
    };
    expect(await until(isKeySealed, 20_000)).toBe(true);
    expect(await until(isHookSealed, 20_000)).toBe(true);
  });

  it('is followed by one that has the new secret alone', async () => {
    const last = await startService('gateway', { ...environment, GATEWAY_KEY_SECRET: newSecret });
    expect(await statusWith(last.url, token)).toBe(200);
    await last.stop();
  }, 90_000);
});

describe('what the old secret made', () => {
  const sealerWith = (previous?: string) =>
    new Sealer(new GatewaySecret({ GATEWAY_KEY_SECRET: newSecret, ...(previous && { GATEWAY_KEY_SECRET_PREVIOUS: previous }) }));
  const old = new Sealer(new GatewaySecret({ GATEWAY_KEY_SECRET: oldSecret }));

  it('opens and is recognised with the previous secret, and only with it', async () => {
    const sealed = await old.seal('stored replies', 'a reply', 'key');
    expect(await sealerWith(oldSecret).unseal('stored replies', sealed, 'key')).toBe('a reply');
    expect(await sealerWith().unseal('stored replies', sealed, 'key')).toBeUndefined();
    expect(sealerWith(oldSecret).previousFingerprint('file links', 'x')).toEqual(await old.fingerprint('file links', 'x'));
    expect(sealerWith().previousFingerprint('file links', 'x')).toBeUndefined();
  });
  it('is sealed again once', async () => {
    const replacing = sealerWith(oldSecret);
    const again = await replacing.reseal('webhook secrets', await old.seal('webhook secrets', 'secret', 'id'), 'id');
    expect(await sealerWith().unseal('webhook secrets', again!, 'id')).toBe('secret');
    expect(await replacing.reseal('webhook secrets', again!, 'id')).toBeUndefined();
  });
});
