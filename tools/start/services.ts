import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { nextFreePort, type OwnServer, startServer } from '#testing/servers';
import { logFolder, root } from '../setup/paths.ts';
import { freshLog } from './log-files.ts';

/** The six services and the port each has unless somebody else sits there. */
export const servicePorts = { gateway: 3000, audio: 3001, video: 3002, posts: 3003, cache: 3004, health: 3005 } as const;
export type ServiceName = keyof typeof servicePorts;
export const serviceNames = Object.keys(servicePorts) as ServiceName[];

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

/** Ports for the chosen services: the usual one, or the next that is free and nobody's usual one. */
export async function choosePorts(names: readonly ServiceName[]): Promise<ReadonlyMap<ServiceName, number>> {
  const ports = new Map<ServiceName, number>();
  const usual = new Set<number>(names.map((name) => servicePorts[name]));
  for (const name of names) {
    const taken = new Set([...usual, ...ports.values()]);
    taken.delete(servicePorts[name]);
    ports.set(name, await nextFreePort(servicePorts[name], { taken }));
  }
  return ports;
}

/** Starts one built service and waits until it says that it is ready. */
export async function startService(
  name: ServiceName,
  port: number,
  environment: NodeJS.ProcessEnv,
  onSpawn: (pid: number) => void,
): Promise<Service> {
  const main = join(root, 'dist/apps', name, 'src/main.js');
  if (!existsSync(main)) throw new Error(`${name} has no apps/${name}/src/main.ts to start.`);
  const logFile = freshLog(logFolder, name);
  const url = `http://127.0.0.1:${port}`;
  const server = await startServer({
    name,
    url,
    command: process.execPath,
    args: [main],
    cwd: root,
    env: { ...environment, HTTP_HOST: '127.0.0.1', HTTP_PORT: String(port) },
    logFile,
    onSpawn,
    isReady: async () => (await fetch(`${url}/health/ready`, { signal: AbortSignal.timeout(2_000) })).ok,
    startDeadlineMs: 90_000,
    stopDeadlineMs: 20_000,
  });
  return { name, server, logFile };
}
