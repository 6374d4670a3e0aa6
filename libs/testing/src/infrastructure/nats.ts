import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { requireTool } from './find-tool.ts';
import { freePortExcept, requestOverTcp, startOnFreePort } from './port.ts';
import { type ManagedServer, startServer } from './server.ts';
import { type ServerOptions, tempDir } from './temp-dir.ts';

/**
 * Starts a NATS server with JetStream on 127.0.0.1, without a monitoring port.
 *
 * @throws Error when `nats-server` is not on the PATH or does not start
 */
export function startNats(options: ServerOptions = {}): Promise<ManagedServer> {
  return options.port === undefined
    ? startOnFreePort(freePortExcept, (port) => startNatsOn(port, options))
    : startNatsOn(options.port, options);
}

function startNatsOn(port: number, options: ServerOptions): Promise<ManagedServer> {
  const { dataDir, logFile, remove } = tempDir('nats', options);
  mkdirSync(dataDir, { recursive: true });
  const command = requireTool('nats-server');
  const serverName = `rafaga-${randomUUID()}`; // identifies this server when another one listens on the same port
  const syncAlways =
    options.dataDir !== undefined && !options.skipFsync && atLeast210(execFileSync(command, ['--version'], { encoding: 'utf8' }));
  const configFile = join(dataDir, 'nats.conf');
  writeFileSync(configFile, natsConfig(port, dataDir, syncAlways, serverName), { mode: 0o600 });
  return startServer({
    name: 'nats-server',
    url: `nats://127.0.0.1:${port}`,
    command,
    args: ['-js', '-c', configFile],
    logFile,
    onSpawn: options.onSpawn,
    isReady: async () => isExpectedServer(await requestOverTcp(port, ''), serverName),
    afterStop: remove,
  });
}

const isExpectedServer = (greeting: string, serverName: string) =>
  greeting.includes(`"server_name":"${serverName}"`) && greeting.includes('"jetstream":true');

/**
 * @param syncAlways every write reaches the disk before it is acknowledged. NATS 2.9 refuses to start with this setting; without it a power failure
 * may lose the last two minutes (Jepsen 2025-12), which are published again from the jobs table in PostgreSQL.
 */
export function natsConfig(port: number, dataDir: string, syncAlways: boolean, serverName = 'rafaga'): string {
  const store = [
    `store_dir: ${JSON.stringify(dataDir)}`,
    'max_memory_store: 64MB',
    'max_file_store: 2GB',
    ...(syncAlways ? ['sync_interval: always'] : []),
  ];
  return ['host: "127.0.0.1"', `port: ${port}`, `server_name: ${serverName}`, `jetstream {\n  ${store.join('\n  ')}\n}`, ''].join('\n');
}

/** @param version output of `nats-server --version`: "nats-server: v2.9.10" */
export function atLeast210(version: string): boolean {
  const [, major = 0, minor = 0] = (/v(\d+)\.(\d+)/.exec(version) ?? []).map(Number);
  return major > 2 || (major === 2 && minor >= 10);
}
