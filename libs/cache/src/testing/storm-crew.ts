import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Observation, Order, Told } from './storm-protocol.ts';

/** Several processes of one service, and the database that they share: a version number per key. */
export class StormCrew {
  readonly observations: Observation[] = [];
  readonly unhandled: string[] = [];
  readonly versions = new Map<string, number>();
  reads = 0;
  coldHits = 0;
  readonly #children: ChildProcess[];

  private constructor(children: ChildProcess[]) {
    this.#children = children;
    for (const child of children) child.on('message', (told: Told) => this.#hear(child, told));
  }

  /** Starts `count` processes and waits until each is connected. */
  static async start(count: number, redisUrl: string, boundMs: number): Promise<StormCrew> {
    const file = fileURLToPath(new URL('./storm.process.ts', import.meta.url));
    const execArgv = ['--conditions=source', '--disable-warning=ExperimentalWarning'];
    const children = Array.from({ length: count }, () =>
      fork(file, [redisUrl, `${boundMs}`], { execArgv, env: { PATH: process.env.PATH } }),
    );
    const crew = new StormCrew(children);
    await Promise.all(children.map((child) => doneBy(child)));
    return crew;
  }

  /** Gives everyone the same order and waits until all have done it. */
  async all(order: Order): Promise<void> {
    await Promise.all(
      this.#children.map((child) => {
        const done = doneBy(child);
        child.send(order);
        return done;
      }),
    );
  }

  async leave(): Promise<void> {
    await Promise.all(
      this.#children.map(async (child) => {
        if (child.exitCode !== null) return;
        const gone = once(child, 'exit');
        child.send({ kind: 'leave' } satisfies Order);
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

  #hear(child: ChildProcess, told: Told): void {
    if (told.kind === 'saw') this.observations.push(told.observation);
    else if (told.kind === 'cold') this.coldHits += told.hits;
    else if (told.kind === 'unhandled') this.unhandled.push(told.reason);
    else if (told.kind === 'ask') {
      const version = (this.versions.get(told.key) ?? 1) + (told.ask === 'write' ? 1 : 0);
      this.versions.set(told.key, version);
      if (told.ask === 'read') this.reads += 1;
      setTimeout(() => child.connected && child.send({ kind: 'answer', id: told.id, version }), 3);
    }
  }
}

function doneBy(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    const hear = (told: Told) => {
      if (told.kind !== 'done') return;
      child.off('message', hear);
      resolve();
    };
    child.on('message', hear);
    child.once('exit', (code) => reject(new Error(`a process left with ${code}`)));
  });
}
