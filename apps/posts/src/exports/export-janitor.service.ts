import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { runBackgroundLoop, WakeSignal } from '#compute';
import { Database, Lifecycle, Log } from '#platform';
import { HourlyUpkeep } from '#storage';
import { ExportStore } from './export.store.ts';
import { EXPORTS_CONFIG, type ExportsConfig } from './exports.config.ts';
import { Partitions } from './partitions.service.ts';

const everyMs = 60_000;

@Injectable() // lets the files of failed and cancelled exports go, cancels the jobs that wrote rows for them, and removes exports whose days are over. Runs on every copy.
export class ExportJanitor implements OnApplicationBootstrap {
  private readonly upkeep: HourlyUpkeep;

  constructor(
    private readonly exports: ExportStore,
    private readonly partitions: Partitions,
    private readonly database: Database,
    private readonly lifecycle: Lifecycle,
    private readonly log: Log,
    @Inject(EXPORTS_CONFIG) private readonly config: ExportsConfig,
  ) {
    this.upkeep = new HourlyUpkeep('documents.export', log);
  }

  onApplicationBootstrap(): void {
    const { stopping: signal } = this.lifecycle;
    const loop = { purpose: 'remove old exports', log: this.log, signal, wake: new WakeSignal(), step: () => this.step() };
    const running = this.database.whenOpen().then(() => runBackgroundLoop(loop));
    this.lifecycle.onDrain('export janitor', () => (this.database.sourceOrNone ? running : undefined));
  }

  async step(): Promise<number> {
    await this.exports.releaseAbandoned();
    for (const { id, ownerId } of await this.exports.abandonedPartitions()) await this.partitions.cancel([id], ownerId);
    await this.upkeep.whenDue(() => this.expire());
    return everyMs;
  }

  private async expire(): Promise<void> {
    let removed = 0;
    for (let some = 1; some > 0 && !this.lifecycle.stopping.aborted; removed += some)
      some = await this.exports.expire(this.config.POSTS_EXPORT_KEEP_DAYS);
    if (removed > 0) this.log.info({ removed }, 'removed old exports');
  }
}
