import { join } from 'node:path';
import { freePort, type ManagedServer, type ServerOptions, startNats, startOnFreePort, startPostgres, startRedis } from '#testing/servers';
import { freshLog } from './log-files.ts';
import { type StartedProcesses, StateFile } from './started-processes.ts';

export type InfrastructureName = 'postgres' | 'redis' | 'nats';

export interface Infrastructure {
  /** the addresses, whoever started the servers */
  readonly urls: Readonly<Record<InfrastructureName, string>>;
  /** the servers we started, in the order in which they are to be stopped */
  readonly own: ReadonlyMap<InfrastructureName, ManagedServer>;
}

/** How each is started, what replaces it, and which signal tells it to leave at once. */
const recipes = {
  nats: { replacedBy: 'NATS_URL', start: startNats, signal: 'SIGTERM' },
  redis: { replacedBy: 'REDIS_URL', start: startRedis, signal: 'SIGTERM' },
  postgres: { replacedBy: 'DATABASE_URL', start: startPostgres, signal: 'SIGINT' },
} as const satisfies Record<
  InfrastructureName,
  { replacedBy: string; start: (options: ServerOptions) => Promise<ManagedServer>; signal: NodeJS.Signals }
>;

export const infrastructureNames = Object.keys(recipes) as InfrastructureName[];

/** Starts what no environment variable replaces, on the ports of last time where those are free, with the data in `folder`. */
export async function startInfrastructure(
  folder: string,
  processes: StartedProcesses,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<Infrastructure> {
  const remembered = new StateFile<Partial<Record<InfrastructureName, number>>>(folder, 'ports.json');
  const ports = await choosePorts(remembered.read() ?? {});
  const own = new Map<InfrastructureName, ManagedServer>();
  const starting = infrastructureNames.filter((name) => !environment[recipes[name].replacedBy]);
  const started = await Promise.allSettled(
    starting.map(async (name) => {
      const options = {
        dataDir: join(folder, name, 'data'),
        logFile: freshLog(join(folder, 'logs'), name),
        onSpawn: (pid: number) => processes.note(name, pid, 'server', recipes[name].signal),
      };
      const choose = async (refused: ReadonlySet<number>) => {
        if (refused.size > 0) ports[name] = await freePort({ taken: new Set([...refused, ...Object.values(ports)]) });
        return ports[name];
      };
      return [name, await startOnFreePort(choose, (port) => recipes[name].start({ ...options, port }))] as const;
    }),
  );
  for (const name of starting) for (const one of started) if (one.status === 'fulfilled' && one.value[0] === name) own.set(...one.value);
  remembered.write(ports);
  const failure = started.find((one) => one.status === 'rejected');
  if (failure) return giveUp(own, processes, failure.reason);
  const urls = infrastructureNames.map((name) => [name, environment[recipes[name].replacedBy] || own.get(name)?.url]);
  return { urls: Object.fromEntries(urls), own };
}

async function choosePorts(remembered: Partial<Record<InfrastructureName, number>>): Promise<Record<InfrastructureName, number>> {
  const taken = new Set<number>();
  const ports: Partial<Record<InfrastructureName, number>> = {};
  for (const name of infrastructureNames) {
    const port = await freePort({ preferred: portIn(remembered[name]), taken });
    taken.add(port);
    ports[name] = port;
  }
  return ports as Record<InfrastructureName, number>;
}

/** What was remembered, unless the file has been damaged. */
export const portIn = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isInteger(value) && value > 0 && value < 65_536 ? value : undefined;

/** Clients leave first, the database last. */
export async function stopInfrastructure(own: ReadonlyMap<InfrastructureName, ManagedServer>, processes: StartedProcesses): Promise<void> {
  for (const name of infrastructureNames) {
    await own.get(name)?.stop();
    processes.forget(name);
  }
}

async function giveUp(own: ReadonlyMap<InfrastructureName, ManagedServer>, processes: StartedProcesses, reason: unknown): Promise<never> {
  await stopInfrastructure(own, processes);
  throw reason;
}
