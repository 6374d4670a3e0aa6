import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { runBackgroundLoop, WakeSignal } from '#compute';
import { Database, Lifecycle, Log } from '#platform';
import { type VectorKey, VectorStore } from './vector.store.ts';

/** Between two pages, and between two passes over the table. */
const pageMs = 1_000;
const passMs = 60 * 60_000;

@Injectable() // removes vectors that no document needs: a process that stopped after it removed documents has left them. Runs on every copy.
export class VectorJanitor implements OnApplicationBootstrap {
  #after: VectorKey | undefined;

  constructor(
    private readonly vectors: VectorStore,
    private readonly database: Database,
    private readonly lifecycle: Lifecycle,
    private readonly log: Log,
  ) {}

  onApplicationBootstrap(): void {
    const { stopping: signal } = this.lifecycle;
    const loop = {
      purpose: 'remove vectors that no document needs',
      log: this.log,
      signal,
      wake: new WakeSignal(),
      step: () => this.sweepPage(),
    };
    const running = this.database.whenOpen().then(() => runBackgroundLoop(loop));
    this.lifecycle.onDrain('vector janitor', () => (this.database.sourceOrNone ? running : undefined));
  }

  /** @returns time until the next page in milliseconds */
  async sweepPage(): Promise<number> {
    this.#after = await this.vectors.sweep(this.#after);
    return this.#after ? pageMs : passMs;
  }
}
