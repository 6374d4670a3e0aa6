import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { runBackgroundLoop, WakeSignal } from '#compute';
import { Database, Lifecycle, Log } from '#platform';
import { Partitions } from '../exports/partitions.service.ts';
import { AccountExportStore } from './account-export.store.ts';

const everyMs = 60_000;

@Injectable() // lets the files of failed and cancelled account exports go, cancels the jobs that wrote rows for them, and removes exports whose time is over. Runs on every copy.
export class AccountExportJanitor implements OnApplicationBootstrap {
  constructor(
    private readonly exports: AccountExportStore,
    private readonly partitions: Partitions,
    private readonly database: Database,
    private readonly lifecycle: Lifecycle,
    private readonly log: Log,
  ) {}

  onApplicationBootstrap(): void {
    const { stopping: signal } = this.lifecycle;
    const step = () => this.step();
    const purpose = 'release files of account exports that have failed or expired';
    const loop = { purpose, log: this.log, signal, wake: new WakeSignal(), step };
    const running = this.database.whenOpen().then(() => runBackgroundLoop(loop));
    this.lifecycle.onDrain('account export janitor', () => (this.database.sourceOrNone ? running : undefined));
  }

  async step(): Promise<number> {
    await this.exports.releaseAbandoned();
    for (const { id, ownerId } of await this.exports.abandonedPartitions()) await this.partitions.cancel([id], ownerId);
    await this.exports.removeExpired();
    return everyMs;
  }
}
