import { totalmem } from 'node:os';
import { join } from 'node:path';
import type { ServiceName } from '#contracts/services';
import { findTool, type ManagedServer, until } from '#testing/servers';
import { print } from '../bootstrap/console.mjs';
import { compileCache, root } from '../setup/paths.ts';
import { createAccount } from './create-account.ts';
import { type DemoAccess, type DemoUser, demoAccess, renewInMs } from './demo.ts';
import { type Infrastructure, startInfrastructure, stopInfrastructure } from './infrastructure.ts';
import { LogTail } from './log-files.ts';
import { type ObserverName, startObservers } from './observers.ts';
import { RunFiles, type RunState, runState } from './run-file.ts';
import { choosePorts, type Service, startService } from './services.ts';
import { StartedProcesses, StateFile } from './started-processes.ts';
import { Supervisor } from './supervisor.ts';

/** The processes of one `npm start`: starts them step by step, restarts what ends, and stops them in reverse order. */
export class LocalStack {
  readonly processes: StartedProcesses;
  readonly files: RunFiles;
  readonly #dataFolder: string;
  readonly #environment: NodeJS.ProcessEnv;
  readonly #demoFile: StateFile<DemoUser>;
  readonly #operatorFile: StateFile<DemoUser>;
  readonly #timers: NodeJS.Timeout[] = [];
  readonly #supervisor = new Supervisor({
    died: (name, reason, pauseMs) => this.#died(name, reason, pauseMs),
    cameBack: (name) => this.#cameBack(name),
    failed: (name, error) => this.#tell(name, error.message),
  });
  #infrastructure: Infrastructure | undefined;
  #services: Service[] = [];
  #observers: ReadonlyMap<ObserverName, ManagedServer> = new Map();
  #demo: DemoAccess | undefined;
  #operator: DemoUser | undefined;
  #stopping = false;
  #announced = false;
  /** names of processes that ended unexpectedly and are not ready again yet */
  readonly #down = new Set<string>();

  constructor(dataFolder: string, environment: NodeJS.ProcessEnv = process.env) {
    this.#dataFolder = dataFolder;
    this.#environment = environment;
    this.processes = new StartedProcesses(dataFolder);
    this.files = new RunFiles(dataFolder);
    this.#demoFile = new StateFile<DemoUser>(dataFolder, 'demo.json');
    this.#operatorFile = new StateFile<DemoUser>(dataFolder, 'operator.json');
  }

  get state(): RunState {
    if (!this.#infrastructure) throw new Error('nothing runs yet');
    const accounts = { demo: this.#demo, operator: this.#operator };
    const observers = Object.fromEntries([...this.#observers].map(([name, { url }]) => [name, url]));
    return { ...runState(this.#infrastructure, this.#services, accounts, this.#down.size === 0), observers };
  }

  async startInfrastructure(): Promise<string> {
    if (this.#stopping) throw new Error('stopping');
    this.#infrastructure = await startInfrastructure(this.#dataFolder, this.processes, this.#environment);
    const { own, urls } = this.#infrastructure;
    for (const [name, server] of own) this.#supervisor.watch(name, server);
    return Object.entries(urls)
      .map(([name, url]) => `${name} ${own.has(name as never) ? `on port ${new URL(url).port}` : 'as configured'}`)
      .join(', ');
  }

  async startServices(names: readonly ServiceName[]): Promise<string> {
    const ports = await choosePorts(names);
    const starts = await Promise.allSettled(names.map((name) => this.#startOne(name, ports)));
    const broken = starts.flatMap((start) => (start.status === 'rejected' ? [(start.reason as Error).message] : []));
    if (broken.length > 0) throw new Error(broken.join('\n\n'));
    this.#services.sort((one, other) => names.indexOf(one.name) - names.indexOf(other.name));
    return `ready: ${this.#services.map(({ name, server }) => `${name} on ${new URL(server.url).port}`).join(', ')}`;
  }

  async #startOne(name: ServiceName, ports: Map<ServiceName, number>): Promise<void> {
    if (this.#stopping) return;
    const onSpawn = (pid: number) => this.processes.note(name, pid, 'service');
    const [environment, logFolder] = [this.#serviceEnvironment(), join(this.#dataFolder, 'logs')];
    const service = await startService(name, { ports, environment, logFolder, onSpawn });
    this.#services.push(service);
    this.#supervisor.watch(name, service.server);
  }

  /** Prometheus and Alertmanager, where they are installed. */
  async startObservers(): Promise<string> {
    this.#observers = await startObservers({
      folder: this.#dataFolder,
      services: new Map(this.#services.map(({ name, server }) => [name, server.url])),
      environment: this.#environment,
      onSpawn: (name, pid) => this.processes.note(name, pid, 'server', 'SIGTERM'),
    });
    for (const [name, server] of this.#observers) this.#supervisor.watch(name, server);
    return [...this.#observers].map(([name, { url }]) => `${name} on ${new URL(url).port}`).join(', ') || 'none';
  }

  #serviceEnvironment(): NodeJS.ProcessEnv {
    const { urls } = this.#infrastructure as Infrastructure;
    return {
      LOG_LEVEL: 'info',
      NODE_ENV: 'development',
      NODE_COMPILE_CACHE: compileCache,
      GATEWAY_KEY_PATH: join(this.#dataFolder, 'identity.key'),
      POSTS_KEY_PATH: join(this.#dataFolder, 'posts.key'),
      BLOB_STORE_URL: `file://${join(this.#dataFolder, 'blobs')}`,
      FFMPEG_PATH: findTool('ffmpeg') ?? 'ffmpeg',
      WORKER_MEMORY_MB: String(workerMemoryMb()),
      ...this.#environment,
      DATABASE_URL: urls.postgres,
      REDIS_URL: urls.redis,
      NATS_URL: urls.nats,
    };
  }

  /** Creates the demo user and an operator at the first start, and fetches an access token of the demo user. */
  async createAccounts(): Promise<string | undefined> {
    const gateway = this.#services.find(({ name }) => name === 'gateway');
    if (!gateway) return undefined;
    const databaseUrl = (this.#infrastructure as Infrastructure).urls.postgres;
    const access = (name: 'demo' | 'operator', kept: StateFile<DemoUser>) =>
      demoAccess(gateway.server.url, { name, kept, create: (user) => createAccount(databaseUrl, user, name === 'operator') });
    this.#demo = await access('demo', this.#demoFile);
    if (!this.#operator) {
      const { email, password } = await access('operator', this.#operatorFile);
      this.#operator = { email, password };
    }
    this.#timers.push(setTimeout(() => void this.#renewDemo(), renewInMs(this.#demo.token)));
    return `${this.#demo.email}, ${this.#operator.email}`;
  }

  async #renewDemo(): Promise<void> {
    try {
      await this.createAccounts();
      this.#publish();
    } catch (error) {
      this.#tell('demo', (error as Error).message);
      this.#timers.push(setTimeout(() => void this.#renewDemo(), 30_000));
    }
  }

  /**
   * Waits until everything that ended by itself during the start answers again.
   *
   * @throws Error with the names of what does not within `deadlineMs`
   */
  async allRunning(deadlineMs = 90_000): Promise<void> {
    if (
      await until(
        () => this.#down.size === 0,
        deadlineMs,
        50,
        () => this.#stopping,
      )
    )
      return;
    const names = [...this.#down].join(', ');
    throw new Error(`Ended during the start and does not start again: ${names}. The logs are in ${join(this.#dataFolder, 'logs')}.`);
  }

  /** From here on the errors in the logs of the services are shown. */
  showErrors(): void {
    const tails = this.#services.map(
      ({ name, logFile }) => new LogTail(logFile, (sentence) => print(`${name.padEnd(9)} error: ${sentence}`)),
    );
    this.#timers.push(
      setInterval(() => {
        for (const tail of tails) tail.look();
      }, 500),
    );
  }

  announce(): void {
    this.#announced = true;
    this.#publish();
  }

  #publish(): void {
    if (this.#announced && !this.#stopping) this.files.write(this.state);
  }

  async restart(name: ServiceName): Promise<void> {
    const service = this.#services.find((one) => one.name === name);
    this.#down.add(name);
    this.#publish();
    await service?.server.restart();
    this.#cameBack(name);
  }

  #tell(name: string, sentence: string): void {
    print(`${name.padEnd(9)} ${sentence}`);
    this.#publish();
  }

  #died(name: string, reason: string, pauseMs: number): void {
    this.#down.add(name);
    this.#tell(name, `ended by itself (${reason}), starting it again in ${(pauseMs / 1_000).toFixed(1)} s`);
  }

  #cameBack(name: string): void {
    this.#down.delete(name);
    const server =
      this.#services.find((one) => one.name === name)?.server ??
      this.#infrastructure?.own.get(name as never) ??
      this.#observers.get(name as never);
    this.#tell(name, `is ready again, process ${server?.pid}`);
  }

  /** Stops the gateway first, then the other services, then the servers they use. */
  async stop(): Promise<void> {
    this.#stopping = true;
    this.#supervisor.stop();
    for (const timer of this.#timers) clearTimeout(timer);
    if (this.#announced) this.files.remove();
    const [gateway, others] = [
      this.#services.filter(({ name }) => name === 'gateway'),
      this.#services.filter(({ name }) => name !== 'gateway'),
    ];
    for (const [name, server] of this.#observers) {
      await server.stop();
      this.processes.forget(name);
    }
    for (const group of [gateway, others]) await Promise.all(group.map((service) => this.#stopOne(service)));
    if (this.#infrastructure) await stopInfrastructure(this.#infrastructure.own, this.processes);
    await this.processes.endOwn(); // processes whose start was interrupted
  }

  async #stopOne({ name, server }: Service): Promise<void> {
    await server.stop();
    this.processes.forget(name);
  }

  /** Kills all processes without draining; PostgreSQL recovers at the next start. */
  kill(): void {
    const all = [...this.#services.map(({ server }) => server), ...this.#observers.values(), ...(this.#infrastructure?.own.values() ?? [])];
    for (const { pid } of all) if (pid > 0) process.kill(pid, 'SIGKILL');
  }
}

/** Three services run jobs, each may use a quarter of the memory. A service cannot know that others share its container, so it is told. */
const workerMemoryMb = () =>
  Math.max(64, Math.floor(Math.min(process.constrainedMemory() || Number.POSITIVE_INFINITY, totalmem()) / 4 / 1_048_576));

export const samplePath = join(root, 'deploy/sample/rafaga-sample.ogg');
