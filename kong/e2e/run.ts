/** `npm run test:kong`: runs the committed kong.yml in Kong in front of a gateway. Needs a `kong` program or a Docker engine. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, startNats, startPostgres, startRedis, startService } from '#testing/servers';
import { ensureBuilt } from '../../tools/setup/build.ts';
import { putKeys } from '../keys.ts';
import { render } from '../render.ts';
import { toFile } from '../yaml-file.ts';
import { checks } from './checks.ts';
import { kongMissing, startKong } from './kong.ts';

const missing = kongMissing();
if (missing) process.stdout.write(`skipped: ${missing}\n`);
else await run();

async function run(): Promise<void> {
  const undo: (() => unknown)[] = [];
  try {
    const url = await startEverything(undo);
    let failed = 0;
    for (const [what, check] of checks) {
      const fault = await check(url).then(
        () => undefined,
        (error: Error) => error.message,
      );
      process.stdout.write(`${fault ? 'FAILED' : 'passed'}  ${what}${fault ? `: ${fault}` : ''}\n`);
      failed += fault ? 1 : 0;
    }
    process.stdout.write(`${checks.length - failed} passed, ${failed} failed\n`);
    process.exitCode = failed > 0 ? 1 : 0;
  } finally {
    for (const step of undo.reverse()) await step();
  }
}

async function startEverything(undo: (() => unknown)[]): Promise<string> {
  await ensureBuilt();
  const folder = mkdtempSync(join(tmpdir(), 'rafaga-kong-'));
  undo.push(() => rmSync(folder, { recursive: true, force: true }));
  const [postgres, redis, nats] = await Promise.all([startPostgres(), startRedis(), startNats()]);
  for (const server of [postgres, redis, nats]) undo.push(() => server.stop());
  const addresses = { DATABASE_URL: postgres.url, REDIS_URL: redis.url, NATS_URL: nats.url, BLOB_STORE_URL: `file://${folder}/blobs` };
  const gateway = await startService('gateway', { ...addresses, GATEWAY_KEY_PATH: join(folder, 'key'), GATEWAY_TRUSTED_PROXY_HOPS: '1' });
  undo.push(() => gateway.stop());
  const settings = {
    EDGE_GATEWAY_TARGETS: new URL(gateway.url).host,
    EDGE_REDIS_HOST: '127.0.0.1',
    EDGE_REDIS_PORT: new URL(redis.url).port,
    EDGE_LIMIT_CREDENTIALS: '30',
  };
  const openApi: unknown = await (await fetch(`${gateway.url}/openapi.json`)).json();
  const [rendered, file] = [join(folder, 'rendered.yml'), join(folder, 'kong.yml')];
  await toFile(rendered, (await render(settings, openApi)).replace(/^ *password: "\{vault.*\n/gm, ''));
  await putKeys([`${gateway.url}/.well-known/jwks.json`, rendered, file]);
  const kong = await startKong(file, await freePort(), folder);
  undo.push(() => kong.stop());
  return kong.url;
}
