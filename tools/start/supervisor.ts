import { setTimeout as wait } from 'node:timers/promises';
import type { ManagedServer } from '#testing/servers';

const firstPauseMs = 300;
const longestPauseMs = 10_000;
const startsPerMinute = 8;

export interface SupervisorEvents {
  /** a process ended unexpectedly; it is started again in `pauseMs` */
  died(name: string, reason: string, pauseMs: number): void;
  /** it is ready again, with a new pid */
  cameBack(name: string): void;
  /** it did not start; another attempt follows */
  failed(name: string, error: Error): void;
}

/** Restarts servers that end unexpectedly, with growing pauses and at most eight times a minute. */
export class Supervisor {
  readonly #events: SupervisorEvents;
  readonly #pause: (ms: number) => Promise<unknown>;
  readonly #now: () => number;
  #stopping = false;

  constructor(events: SupervisorEvents, pause: (ms: number) => Promise<unknown> = wait, now: () => number = Date.now) {
    this.#events = events;
    this.#pause = pause;
    this.#now = now;
  }

  watch(name: string, server: ManagedServer): void {
    const starts: number[] = [];
    server.onUnexpectedExit((reason) => void this.#revive(name, server, reason, starts));
  }

  /** Stops restarting. */
  stop(): void {
    this.#stopping = true;
  }

  async #revive(name: string, server: ManagedServer, reason: string, starts: number[]): Promise<void> {
    while (!this.#stopping) {
      const pauseMs = nextPause(starts, this.#now());
      this.#events.died(name, reason, pauseMs);
      await this.#pause(pauseMs);
      if (this.#stopping || server.pid) return;
      starts.push(this.#now());
      try {
        await server.restart();
        return this.#events.cameBack(name);
      } catch (error) {
        this.#events.failed(name, error as Error);
        reason = 'did not start';
      }
    }
  }
}

/** The pause before the next start: doubles with every start of the last minute; after eight, lasts until the oldest is a minute old. Removes older starts. */
export function nextPause(starts: number[], now: number): number {
  while (starts[0] !== undefined && starts[0] <= now - 60_000) starts.shift();
  if (starts.length >= startsPerMinute) return (starts[0] ?? now) + 60_000 - now;
  return Math.min(longestPauseMs, firstPauseMs * 2 ** starts.length);
}
