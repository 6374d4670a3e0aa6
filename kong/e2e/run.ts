/** `npm run test:kong`: runs the rendered kong.yml in Kong in front of a gateway. Needs a `kong` program or a Docker engine. */
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, type ManagedServer, startNats, startPostgres, startRedis, startService } from '#testing/servers';
import { ensureBuilt } from '../../tools/setup/build.ts';
import { keysFrom, withKeys } from '../keys.ts';
import { render } from '../render.ts';
import { toFile } from '../yaml-file.ts';
import { type Check, checks, type Edge } from './checks.ts';
import { failureChecks } from './failure-checks.ts';
import { kongMissing, startKong } from './kong.ts';

type Undo = (() => unknown)[];

const missing = kongMissing();
if (missing) process.stdout.write(`skipped: ${missing}\n`);
else await run();

/** What has started is stopped again, whatever fails and however the run ends. */
async function run(): Promise<void> {
  const undo: Undo = [];
  const stopAll = async () => {
    for (const step of undo.splice(0).reverse()) await Promise.resolve(step()).catch((error) => process.stderr.write(`${String(error)}\n`));
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void stopAll().finally(() => process.exit(130)));
  try {
    const edge = await startEverything(undo);
    const all = [...checks, ...failureChecks];
    let failed = 0;
    for (const check of all) failed += (await passes(check, edge)) ? 0 : 1;
    process.stdout.write(`${all.length - failed} passed, ${failed} failed\n`);
    process.exitCode = failed > 0 ? 1 : 0;
  } finally {
    await stopAll();
  }
}

async function passes([what, check]: Check, edge: Edge): Promise<boolean> {
  const fault = await check(edge).then(
    () => undefined,
    (error: Error) => error.message,
  );
  process.stdout.write(`${fault ? 'FAILED' : 'passed'}  ${what}${fault ? `: ${fault}` : ''}\n`);
  return !fault;
}

async function startEverything(undo: Undo): Promise<Edge> {
  await ensureBuilt();
  const folder = mkdtempSync(join(tmpdir(), 'rafaga-kong-'));
  undo.push(() => rmSync(folder, { recursive: true, force: true }));
  const started = async <S extends ManagedServer>(starting: Promise<S>): Promise<S> => {
    const server = await starting;
    undo.push(() => server.stop());
    return server;
  };
  const servers = await Promise.allSettled([started(startPostgres()), started(startRedis()), started(startNats())]);
  const [postgres, redis, nats] = servers.map((one) => {
    if (one.status === 'rejected') throw one.reason;
    return one.value;
  }) as [ManagedServer, ManagedServer, ManagedServer];
  const addresses = { DATABASE_URL: postgres.url, REDIS_URL: redis.url, NATS_URL: nats.url, BLOB_STORE_URL: `file://${folder}/blobs` };
  const options = {
    GATEWAY_KEY_PATH: join(folder, 'key'),
    GATEWAY_TRUSTED_PROXY_HOPS: '1',
    GATEWAY_CORS_ORIGINS: 'https://app.example.org',
  };
  const gateway = await started(startService('gateway', { ...addresses, ...options }));
  const testKey = generateKeyPairSync('rsa', { modulusLength: 2_048 });
  const file = join(folder, 'kong.yml');
  await toFile(file, await fileFor(gateway.url, redis.url, testKey.publicKey));
  const kong = await started(startKong(file, await freePort(), folder));
  return { url: kong.url, logFile: kong.logFile, redis, gateway, testKey: testKey.privateKey };
}

/** With the gateway's keys and one of this run, which signs tokens that the gateway would never give. */
async function fileFor(gatewayUrl: string, redisUrl: string, testKey: KeyObject): Promise<string> {
  const settings = {
    EDGE_GATEWAY_TARGETS: new URL(gatewayUrl).host,
    EDGE_REDIS_HOST: '127.0.0.1',
    EDGE_REDIS_PORT: new URL(redisUrl).port,
    EDGE_LIMIT_CREDENTIALS: '30',
  };
  const openApi: unknown = await (await fetch(`${gatewayUrl}/openapi.json`)).json();
  const jwks: unknown = await (await fetch(`${gatewayUrl}/.well-known/jwks.json`)).json();
  const rendered = (await render(settings, openApi)).replace(/^ *password: "\{vault.*\n/gm, '');
  return withKeys(rendered, [...keysFrom(jwks), { kid: 'e2e', pem: testKey.export({ type: 'spki', format: 'pem' }).toString() }]);
}
