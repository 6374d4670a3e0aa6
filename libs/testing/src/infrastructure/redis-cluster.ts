import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { requireTool } from './find-tool.ts';
import { freePort, requestOverTcp } from './port.ts';
import { type ManagedServer, startServer } from './server.ts';
import { tempDir } from './temp-dir.ts';
import { until } from './until.ts';

export interface RedisCluster {
  /** `redis-cluster://` with all nodes. */
  readonly url: string;
  /** Each has a third of the slots and no replica. */
  readonly nodes: readonly ManagedServer[];
  stop(): Promise<void>;
}

const slots = 16_384;
const size = 3;

/** Starts three Redis processes as one cluster on 127.0.0.1. @throws Error when `redis-server` is missing, or the cluster does not form */
export async function startRedisCluster(): Promise<RedisCluster> {
  const nodes: ManagedServer[] = [];
  const stop = async () => {
    for (const node of nodes.splice(0)) await node.stop();
  };
  try {
    const ports: number[] = [];
    for (let index = 0; index < size; index++) {
      const [port, busPort] = [await freePort(), await freePort()];
      nodes.push(await startNode(port, busPort));
      ports.push(port);
      command(port, 'CLUSTER', 'ADDSLOTSRANGE', firstSlot(index), firstSlot(index + 1) - 1);
      if (index > 0) command(ports[0]!, 'CLUSTER', 'MEET', '127.0.0.1', port, busPort);
    }
    const isFormed = () => ports.every((port) => /^cluster_state:ok/m.test(command(port, 'CLUSTER', 'INFO')));
    if (!(await until(isFormed, 30_000))) throw new Error('the Redis Cluster did not form');
    const [first, ...others] = ports.map((port) => `127.0.0.1:${port}`);
    return { url: `redis-cluster://${first}?nodes=${others.join()}`, nodes: [...nodes], stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

const firstSlot = (index: number) => Math.floor((index * slots) / size);

function startNode(port: number, busPort: number): Promise<ManagedServer> {
  const { dataDir, logFile, remove } = tempDir('redis-cluster', {});
  mkdirSync(dataDir, { recursive: true });
  const settings = { port, bind: '127.0.0.1', dir: dataDir, daemonize: 'no', save: '', appendonly: 'no', maxmemory: '64mb' };
  const cluster = { 'cluster-enabled': 'yes', 'cluster-port': busPort, 'cluster-config-file': 'nodes.conf', 'cluster-node-timeout': 2_000 };
  return startServer({
    name: 'redis-server',
    url: `redis://127.0.0.1:${port}`,
    command: requireTool('redis-server'),
    args: Object.entries({ ...settings, ...cluster }).flatMap(([name, value]) => [`--${name}`, String(value)]),
    cwd: dataDir,
    logFile,
    isReady: async (pid) => (await requestOverTcp(port, 'INFO server\r\n')).includes(`\r\nprocess_id:${pid}\r\n`),
    afterStop: remove,
  });
}

const command = (port: number, ...words: (string | number)[]): string =>
  execFileSync(requireTool('redis-cli'), ['-p', String(port), ...words.map(String)], { encoding: 'utf8', timeout: 10_000 });
