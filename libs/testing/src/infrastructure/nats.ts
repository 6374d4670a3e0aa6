import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ask } from './ask.ts';
import { requireTool } from './find-tool.ts';
import { freePortExcept, startOnFreePort } from './port.ts';
import { type OwnServer, startServer } from './server.ts';
import { type ServerOptions, tempDir } from './temp-dir.ts';

/**
 * A NATS server with JetStream on 127.0.0.1, without a monitoring port.
 *
 * @throws Error when `nats-server` is not on the PATH or does not start
 */
export function startNats(options: ServerOptions = {}): Promise<OwnServer> {
  return options.port === undefined
    ? startOnFreePort(freePortExcept, (port) => startNatsOn(port, options))
    : startNatsOn(options.port, options);
}

function startNatsOn(port: number, options: ServerOptions): Promise<OwnServer> {
  const { dataDir, logFile, remove } = tempDir('nats', options);
  mkdirSync(dataDir, { recursive: true });
  const command = requireTool('nats-server');
  const serverName = `rafaga-${randomUUID()}`; // tells this server's greeting from that of another one on the same port
  const syncAlways =
    options.dataDir !== undefined && !options.forgetful && atLeast210(execFileSync(command, ['--version'], { encoding: 'utf8' }));
  const configFile = join(dataDir, 'nats.conf');
  writeFileSync(configFile, natsConfig(port, dataDir, syncAlways, serverName), { mode: 0o600 });
  return startServer({
    name: 'nats-server',
    url: `nats://127.0.0.1:${port}`,
    command,
    args: ['-js', '-c', configFile],
    logFile,
    onSpawn: options.onSpawn,
    isReady: async () => isOurs(await ask(port, ''), serverName),
    afterStop: remove,
  });
}

const isOurs = (greeting: string, serverName: string) =>
  greeting.includes(`"server_name":"${serverName}"`) && greeting.includes('"jetstream":true');

/**
 * @param syncAlways every write reaches the disk before it is acknowledged. NATS 2.9 does not know the setting and refuses to start with it;
 * without it a power cut may lose the last two minutes (Jepsen 2025-12), which the jobs table in PostgreSQL makes up for.
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

/** Reads "nats-server: v2.9.10". */
export function atLeast210(version: string): boolean {
  const [, major = 0, minor = 0] = (/v(\d+)\.(\d+)/.exec(version) ?? []).map(Number);
  return major > 2 || (major === 2 && minor >= 10);
}
