import { totalmem } from 'node:os';
import { join } from 'node:path';
import { findTool, type OwnServer } from '#testing/servers';
import { say } from '../bootstrap/say.mjs';
import { compileCache, dataFolder, root } from '../setup/paths.ts';
import { type DemoAccess, type DemoUser, demoAccess, renewInMs } from './demo.ts';
import { type Infrastructure, startInfrastructure, stopInfrastructure } from './infrastructure.ts';
import { LogTail } from './log-files.ts';
import { RunFiles, type RunState, runState } from './run-file.ts';
import { choosePorts, type Service, type ServiceName, startService } from './services.ts';
import { Ledger, StateFile } from './state.ts';
import { Supervisor } from './supervisor.ts';

/** Everything one `npm start` has running: it goes up step by step, is watched, and comes down in the reverse order. */
export class House {
  readonly ledger = new Ledger(dataFolder);
  readonly files = new RunFiles(dataFolder);
  readonly #demoFile = new StateFile<DemoUser>(dataFolder, 'demo.json');
  readonly #timers: NodeJS.Timeout[] = [];
  readonly #supervisor = new Supervisor({
    died: (name, reason, pauseMs) => this.#died(name, reason, pauseMs),
    cameBack: (name) => this.#cameBack(name),
    failed: (name, error) => this.#tell(name, error.message),
  });
  #infrastructure: Infrastructure | undefined;
  #services: Service[] = [];
  #demo: DemoAccess | undefined;
  #stopping = false;
  #announced = false;
  readonly #down = new Set<string>();

  get state(): RunState {
    if (!this.#infrastructure) throw new Error('nothing runs yet');
    return runState(this.#infrastructure, this.#services, this.#demo, this.#down.size === 0);
  }

  async startInfrastructure(): Promise<string> {
    if (this.#stopping) throw new Error('stopping');
    this.#infrastructure = await startInfrastructure(dataFolder, this.ledger);
    const { own, urls } = this.#infrastructure;
    return Object.entries(urls)
      .map(([name, url]) => `${name} ${own.has(name as never) ? `on port ${new URL(url).port}` : 'as configured'}`)
      .join(', ');
  }

  async startServices(names: readonly ServiceName[]): Promise<string> {
    const ports = await choosePorts(names);
    const environment = this.#environment(ports.get('gateway') ?? 3000);
    const starts = await Promise.allSettled([...ports].map(([name, port]) => this.#startOne(name, port, environment)));
    const broken = starts.flatMap((start) => (start.status === 'rejected' ? [(start.reason as Error).message] : []));
    if (broken.length > 0) throw new Error(broken.join('\n\n'));
    this.#services.sort((one, other) => names.indexOf(one.name) - names.indexOf(other.name));
    return `ready: ${this.#services.map(({ name, server }) => `${name} on ${new URL(server.url).port}`).join(', ')}`;
  }

  async #startOne(name: ServiceName, port: number, environment: NodeJS.ProcessEnv): Promise<void> {
    if (this.#stopping) return;
    this.#services.push(await startService(name, port, environment, (pid) => this.ledger.note(name, pid, 'service')));
  }

  #environment(gatewayPort: number): NodeJS.ProcessEnv {
    const { urls } = this.#infrastructure as Infrastructure;
    return {
      LOG_LEVEL: 'info',
      NODE_ENV: 'development',
      NODE_COMPILE_CACHE: compileCache,
      GATEWAY_KEY_PATH: join(dataFolder, 'identity.key'),
      BLOB_STORE_URL: `file://${join(dataFolder, 'blobs')}`,
      FFMPEG_PATH: findTool('ffmpeg') ?? 'ffmpeg',
      WORKER_MEMORY_MB: String(workerMemoryMb()),
      GATEWAY_PUBLIC_URL: `http://127.0.0.1:${gatewayPort}`,
      ...process.env,
      DATABASE_URL: urls.postgres,
      REDIS_URL: urls.redis,
      NATS_URL: urls.nats,
    };
  }

  async welcomeDemoUser(): Promise<string | undefined> {
    const gateway = this.#services.find(({ name }) => name === 'gateway');
    if (!gateway) return undefined;
    this.#demo = await demoAccess(gateway.server.url, this.#demoFile);
    this.#timers.push(setTimeout(() => void this.#renewDemo(), renewInMs(this.#demo.token)));
    return this.#demo.email;
  }

  async #renewDemo(): Promise<void> {
    try {
      await this.welcomeDemoUser();
      this.announce();
    } catch (error) {
      this.#tell('demo', (error as Error).message);
      this.#timers.push(setTimeout(() => void this.#renewDemo(), 30_000));
    }
  }

  /** From here on what dies is started again, errors are told, and run.json is kept true. */
  watch(): void {
    const own = this.#infrastructure?.own ?? new Map<string, OwnServer>();
    for (const [name, server] of own) this.#supervisor.watch(name, server);
    for (const { name, server } of this.#services) this.#supervisor.watch(name, server);
    const tails = this.#services.map(
      ({ name, logFile }) => new LogTail(logFile, (sentence) => say(`${name.padEnd(9)} error: ${sentence}`)),
    );
    this.#timers.push(
      setInterval(() => {
        for (const tail of tails) tail.look();
      }, 500),
    );
  }

  announce(): void {
    if (this.#stopping) return;
    this.#announced = true;
    this.files.write(this.state);
  }

  async restart(name: ServiceName): Promise<void> {
    const service = this.#services.find((one) => one.name === name);
    this.#down.add(name);
    this.announce();
    await service?.server.restart();
    this.#cameBack(name);
  }

  #tell(name: string, sentence: string): void {
    say(`${name.padEnd(9)} ${sentence}`);
    this.announce();
  }

  #died(name: string, reason: string, pauseMs: number): void {
    this.#down.add(name);
    this.#tell(name, `ended by itself (${reason}), starting it again in ${(pauseMs / 1_000).toFixed(1)} s`);
  }

  #cameBack(name: string): void {
    this.#down.delete(name);
    const server = this.#services.find((one) => one.name === name)?.server ?? this.#infrastructure?.own.get(name as never);
    this.#tell(name, `is ready again, process ${server?.pid}`);
  }

  /** Clients' door first, then the workers, then what they all need. */
  async stop(): Promise<void> {
    this.#stopping = true;
    this.#supervisor.stop();
    for (const timer of this.#timers) clearTimeout(timer);
    if (this.#announced) this.files.remove();
    const [door, others] = [
      this.#services.filter(({ name }) => name === 'gateway'),
      this.#services.filter(({ name }) => name !== 'gateway'),
    ];
    for (const group of [door, others]) await Promise.all(group.map((service) => this.#stopOne(service)));
    if (this.#infrastructure) await stopInfrastructure(this.#infrastructure.own, this.ledger);
    await this.ledger.endOwn(); // what was just being started when the wish to stop came
  }

  async #stopOne({ name, server }: Service): Promise<void> {
    await server.stop();
    this.ledger.forget(name);
  }

  /** Somebody insists: no draining. PostgreSQL recovers from that at the next start. */
  kill(): void {
    const all = [...this.#services.map(({ server }) => server), ...(this.#infrastructure?.own.values() ?? [])];
    for (const { pid } of all) if (pid > 0) process.kill(pid, 'SIGKILL');
  }
}

/** Three services run jobs, each may use a quarter of the memory. A service cannot know that others share its container, so it is told. */
const workerMemoryMb = () =>
  Math.max(64, Math.floor(Math.min(process.constrainedMemory() || Number.POSITIVE_INFINITY, totalmem()) / 4 / 1_048_576));

export const samplePath = join(root, 'deploy/sample/rafaga-sample.ogg');
