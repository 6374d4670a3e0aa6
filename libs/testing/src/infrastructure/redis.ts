import { mkdirSync } from 'node:fs';
import { ask } from './ask.ts';
import { requireTool } from './find-tool.ts';
import { place, type ServerPlace } from './place.ts';
import { freePortExcept, startOnFreePort } from './port.ts';
import { type OwnServer, startServer } from './server.ts';

/**
 * A Redis on 127.0.0.1 for caches and short-lived counters: it writes nothing to disk, holds at most 256 MB and then drops what was used least.
 *
 * @throws Error when `redis-server` is not on the PATH or does not start
 */
export function startRedis(wish: ServerPlace = {}): Promise<OwnServer> {
  return wish.port === undefined ? startOnFreePort(freePortExcept, (port) => startRedisOn(port, wish)) : startRedisOn(wish.port, wish);
}

function startRedisOn(port: number, wish: ServerPlace): Promise<OwnServer> {
  const { dataDir, logFile, remove } = place('redis', wish);
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
    onSpawn: wish.onSpawn,
    isReady: async (pid) => (await ask(port, 'INFO server\r\n')).includes(`\r\nprocess_id:${pid}\r\n`),
    afterStop: remove,
  });
}
