import { mkdirSync } from 'node:fs';
import { requireTool } from './find-tool.ts';
import { freePortExcept, requestOverTcp, startOnFreePort } from './port.ts';
import { type ManagedServer, startServer } from './server.ts';
import { type ServerOptions, tempDir } from './temp-dir.ts';

/**
 * Starts a Redis on 127.0.0.1 for caches and short-lived counters: without persistence, at most 256 MB, LRU eviction.
 *
 * @throws Error when `redis-server` is not on the PATH or does not start
 */
export function startRedis(options: ServerOptions = {}): Promise<ManagedServer> {
  return options.port === undefined
    ? startOnFreePort(freePortExcept, (port) => startRedisOn(port, options))
    : startRedisOn(options.port, options);
}

function startRedisOn(port: number, options: ServerOptions): Promise<ManagedServer> {
  const { dataDir, logFile, remove } = tempDir('redis', options);
  mkdirSync(dataDir, { recursive: true });
  const settings = { port, bind: '127.0.0.1', dir: dataDir, daemonize: 'no', save: '', appendonly: 'no', databases: 1024 };
  const memory = { maxmemory: '256mb', 'maxmemory-policy': 'allkeys-lru' };
  return startServer({
    name: 'redis-server',
    url: `redis://127.0.0.1:${port}`,
    command: requireTool('redis-server'),
    args: Object.entries({ ...settings, ...memory }).flatMap(([name, value]) => [`--${name}`, String(value)]),
    cwd: dataDir,
    logFile,
    onSpawn: options.onSpawn,
    isReady: async (pid) => (await requestOverTcp(port, 'INFO server\r\n')).includes(`\r\nprocess_id:${pid}\r\n`),
    afterStop: remove,
  });
}
