import { randomUUID } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ServiceName } from '#contracts';
import { freePortExcept, startOnFreePort } from './port.ts';
import { type ManagedServer, startServer } from './server.ts';

/** Environment variables of a service: the addresses of its servers and any other configuration. */
export interface ServiceEnvironment {
  readonly DATABASE_URL: string;
  readonly REDIS_URL: string;
  readonly NATS_URL: string;
  readonly BLOB_STORE_URL: string;
  readonly [name: string]: string;
}

export interface RunningService extends ManagedServer {
  /** path of its log, one JSON object per line */
  readonly logFile: string;
}

/** The header in which a service returns its START_ID. */
const startIdHeader = 'x-start-id';

const root = join(import.meta.dirname, '../../../..');

/**
 * Starts a built service (`dist/`, created by `npm test`) as a separate process and waits until `/health/ready` returns 200.
 *
 * @returns its `url` is `http://127.0.0.1:<port>`; `kill()` and `restart()` keep the port
 * @throws Error with the end of its log when it is not ready in time
 */
export function startService(name: ServiceName, environment: ServiceEnvironment, startDeadlineMs = 90_000): Promise<RunningService> {
  const start = (port: number) => startServiceOn(port, name, environment, startDeadlineMs);
  return environment.HTTP_PORT ? start(Number(environment.HTTP_PORT)) : startOnFreePort(freePortExcept, start);
}

async function startServiceOn(
  port: number,
  name: ServiceName,
  environment: ServiceEnvironment,
  startDeadlineMs: number,
): Promise<RunningService> {
  const main = join(root, 'dist/apps', name, 'src/main.js');
  if (!existsSync(main)) throw new Error(`${main} is missing: run \`npm run build\`, or this test with \`npm test -- <path>\`.`);
  const folder = mkdtempSync(join(tmpdir(), `rafaga-${name}-`));
  const logFile = join(folder, `${name}.log`);
  const startId = randomUUID();
  const url = `http://127.0.0.1:${port}`;
  const server = await startServer({
    name,
    url,
    command: process.execPath,
    args: [main],
    cwd: folder,
    logFile,
    env: { ...plainEnvironment(), ...relaxedTimeouts, ...environment, HTTP_PORT: String(port), HTTP_HOST: '127.0.0.1', START_ID: startId },
    isReady: () => isServiceReady(url, startId, 5_000),
    startDeadlineMs,
    afterStop: () => rmSync(folder, { recursive: true, force: true }),
  });
  return Object.assign(server, { logFile });
}

/** Timeouts for a machine that is busy with other tests, and health checks that need no waiting for; specs of these set their own values. */
const relaxedTimeouts = {
  GATEWAY_SHED_ABOVE_DELAY_MS: '60000',
  DATABASE_CONNECT_TIMEOUT_MS: '20000',
  DATABASE_SILENCE_MS: '30000',
  BUS_SILENCE_MS: '30000',
  NATS_SILENCE_MS: '15000',
  HEALTH_CHECK_INTERVAL_MS: '500',
};

/** The current environment without the variables of Jest. Tools run at normal priority, because tests compete with each other. */
function plainEnvironment(): NodeJS.ProcessEnv {
  const { NODE_OPTIONS: _flags, NODE_ENV: _test, JEST_WORKER_ID: _worker, ...rest } = process.env;
  return { LOG_LEVEL: 'info', WORKER_NICENESS: '0', ...rest };
}

/**
 * Reports whether the service with this start id is ready; another program on its port is not.
 *
 * @throws Error when there is no response in time
 */
export async function isServiceReady(url: string, startId: string, timeoutMs: number): Promise<boolean> {
  const response = await fetch(`${url}/health/ready`, { signal: AbortSignal.timeout(timeoutMs) });
  await response.body?.cancel();
  return response.ok && response.headers.get(startIdHeader) === startId;
}
