import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type ServiceName, serviceNames } from '#contracts/services';
import { isServiceReady, nextFreePort, type OwnServer, type ServerPlan, startOnFreePort, startServer } from '#testing/servers';
import { root } from '../setup/paths.ts';
import { freshLog } from './log-files.ts';

/** Default ports: 3000 and up, in the order of the list. */
export const servicePorts = Object.fromEntries(serviceNames.map((name, index) => [name, 3_000 + index])) as Record<ServiceName, number>;

export interface Service {
  readonly name: ServiceName;
  readonly server: OwnServer;
  readonly logFile: string;
}

/**
 * @returns the services people named, each once; all when they named none
 * @throws Error that lists what there is when a name is unknown
 */
export function chosenServices(words: readonly string[]): readonly ServiceName[] {
  const isName = (word: string): word is ServiceName => Object.hasOwn(servicePorts, word);
  const unknown = words.filter((word) => !isName(word));
  if (unknown.length > 0)
    throw new Error(`There is no service ${unknown.join(', ')}. There are: ${serviceNames.join(', ')}. More: npm start -- --help`);
  return words.length === 0 ? serviceNames : serviceNames.filter((name) => words.includes(name));
}

/** Ports for the chosen services: the default one, or the next free port that is not another service's default. */
export async function choosePorts(names: readonly ServiceName[]): Promise<Map<ServiceName, number>> {
  const ports = new Map<ServiceName, number>();
  const usual = new Set<number>(names.map((name) => servicePorts[name]));
  for (const name of names) {
    const taken = new Set([...usual, ...ports.values()]);
    taken.delete(servicePorts[name]);
    ports.set(name, await nextFreePort(servicePorts[name], { taken }));
  }
  return ports;
}

/** Services that compute run at a lower priority than the gateway, the cache and the servers, so that requests stay fast. */
const niceness: Partial<Record<ServiceName, number>> = { audio: 5, video: 5, posts: 5 };

export interface ServiceStart {
  /** the port of each service of this start; changed when another program takes one before its service listens */
  readonly ports: Map<ServiceName, number>;
  readonly environment: NodeJS.ProcessEnv;
  readonly logFolder: string;
  readonly onSpawn: (pid: number) => void;
}

/** Starts one built service and waits until it is ready; uses the next free port when another program took its port meanwhile. */
export async function startService(name: ServiceName, { ports, environment, logFolder, onSpawn }: ServiceStart): Promise<Service> {
  const main = join(root, 'dist/apps', name, 'src/main.js');
  if (!existsSync(main)) throw new Error(`${name} has no apps/${name}/src/main.ts to start.`);
  const logFile = freshLog(logFolder, name);
  const plan = { name, command: process.execPath, args: [main], cwd: root, logFile, onSpawn, niceness: niceness[name] };
  const choose = async (refused: ReadonlySet<number>) => {
    const port = refused.size === 0 ? portOf(name, ports) : await nextFreePort(portOf(name, ports), { taken: allOf(ports, refused) });
    ports.set(name, port);
    return port;
  };
  const server = await startOnFreePort(choose, (port) => startOn(port, plan, environment));
  return { name, server, logFile };
}

const portOf = (name: ServiceName, ports: ReadonlyMap<ServiceName, number>): number => ports.get(name) ?? servicePorts[name];

const allOf = (ports: ReadonlyMap<ServiceName, number>, refused: ReadonlySet<number>): ReadonlySet<number> =>
  new Set([...Object.values(servicePorts), ...ports.values(), ...refused]);

function startOn(port: number, plan: Omit<ServerPlan, 'url' | 'env' | 'isReady'>, environment: NodeJS.ProcessEnv): Promise<OwnServer> {
  const [url, startId] = [`http://127.0.0.1:${port}`, randomUUID()];
  return startServer({
    ...plan,
    url,
    env: { GATEWAY_PUBLIC_URL: url, ...environment, HTTP_HOST: '127.0.0.1', HTTP_PORT: String(port), START_ID: startId },
    isReady: () => isServiceReady(url, startId, 2_000),
    startDeadlineMs: 90_000,
    stopDeadlineMs: 20_000,
  });
}
