import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { runBackgroundLoop, WakeSignal } from '#compute';
import { Database, Lifecycle, Log } from '#platform';
import { LoadStore } from './load.store.ts';

const everyMs = 60_000;

@Injectable() // lets the files of failed and cancelled loads go. Runs on every copy.
export class LoadJanitor implements OnApplicationBootstrap {
  constructor(
    private readonly loads: LoadStore,
    private readonly database: Database,
    private readonly lifecycle: Lifecycle,
    private readonly log: Log,
  ) {}

  onApplicationBootstrap(): void {
    const { stopping: signal } = this.lifecycle;
    const step = () => this.loads.releaseAbandoned().then(() => everyMs);
    const loop = { purpose: 'release files of loads that have failed', log: this.log, signal, wake: new WakeSignal(), step };
    const running = this.database.whenOpen().then(() => runBackgroundLoop(loop));
    this.lifecycle.onDrain('load janitor', () => (this.database.sourceOrNone ? running : undefined));
  }
}
