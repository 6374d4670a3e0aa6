import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Observation, WorkerCommand, WorkerMessage } from './stress-protocol.ts';

/** Starts several processes of one service and simulates their database: a version number per key. */
export class StressWorkers {
  readonly observations: Observation[] = [];
  readonly unhandled: string[] = [];
  readonly versions = new Map<string, number>();
  reads = 0;
  coldHits = 0;
  readonly #children: ChildProcess[];

  private constructor(children: ChildProcess[]) {
    this.#children = children;
    for (const child of children) child.on('message', (message: WorkerMessage) => this.#receive(child, message));
  }

  /** Starts `count` processes and waits until each is connected. */
  static async start(count: number, redisUrl: string, boundMs: number): Promise<StressWorkers> {
    const file = fileURLToPath(new URL('./stress.process.ts', import.meta.url));
    const execArgv = ['--conditions=source', '--disable-warning=ExperimentalWarning'];
    const children = Array.from({ length: count }, () =>
      fork(file, [redisUrl, `${boundMs}`], { execArgv, env: { PATH: process.env.PATH } }),
    );
    const workers = new StressWorkers(children);
    await Promise.all(children.map((child) => doneBy(child)));
    return workers;
  }

  /** Sends the same command to all processes and waits until all have executed it. */
  async all(command: WorkerCommand): Promise<void> {
    await Promise.all(
      this.#children.map((child) => {
        const done = doneBy(child);
        child.send(command);
        return done;
      }),
    );
  }

  async stop(): Promise<void> {
    await Promise.all(
      this.#children.map(async (child) => {
        if (child.exitCode !== null) return;
        const gone = once(child, 'exit');
        child.send({ kind: 'stop' } satisfies WorkerCommand);
        await gone;
      }),
    );
  }

  /** Reads that began more than `boundMs` after a newer version was written and its invalidation was done. */
  staleReads(boundMs: number): Observation[] {
    const writes = Map.groupBy(
      this.observations.filter(({ did }) => did === 'write'),
      ({ key }) => key,
    );
    return this.observations.filter(({ did, key, version, atMs }) => {
      return did === 'read' && writes.get(key)?.some((write) => write.version > version && write.atMs + boundMs < atMs);
    });
  }

  #receive(child: ChildProcess, message: WorkerMessage): void {
    if (message.kind === 'saw') this.observations.push(message.observation);
    else if (message.kind === 'cold') this.coldHits += message.hits;
    else if (message.kind === 'unhandled') this.unhandled.push(message.reason);
    else if (message.kind === 'ask') {
      const version = (this.versions.get(message.key) ?? 1) + (message.ask === 'write' ? 1 : 0);
      this.versions.set(message.key, version);
      if (message.ask === 'read') this.reads += 1;
      setTimeout(() => child.connected && child.send({ kind: 'answer', id: message.id, version }), 3);
    }
  }
}

function doneBy(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    const onMessage = (message: WorkerMessage) => {
      if (message.kind !== 'done') return;
      child.off('message', onMessage);
      resolve();
    };
    child.on('message', onMessage);
    child.once('exit', (code) => reject(new Error(`a worker exited with ${code}`)));
  });
}
