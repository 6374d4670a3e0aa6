import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { BLOBS, Database, Lifecycle, Log, runBackgroundLoop, WakeSignal } from '#platform';
import { type BlobStore, BlobSweeper } from '#storage';
import { MAINTENANCE_CONFIG, type MaintenanceConfig } from './maintenance.config.ts';

/** How often we look whether a sweep is due (another copy may have done it), and how much room is left. */
const lookEveryMs = 60_000;

@Injectable() // removes blobs without a reference, periodically
export class BlobJanitor implements OnApplicationBootstrap {
  private readonly sweeper: BlobSweeper;
  private readonly everyMs: number;

  constructor(
    @Inject(BLOBS) store: BlobStore,
    @Inject(MAINTENANCE_CONFIG) config: MaintenanceConfig,
    private readonly database: Database,
    private readonly lifecycle: Lifecycle,
    private readonly log: Log,
  ) {
    this.everyMs = config.GATEWAY_BLOB_SWEEP_SECONDS * 1_000;
    this.sweeper = new BlobSweeper({
      store,
      graceMs: config.GATEWAY_BLOB_GRACE_SECONDS * 1_000,
      everyMs: this.everyMs,
      lowSpace: { belowBytes: config.GATEWAY_BLOB_LOW_SPACE_BYTES, graceMs: config.GATEWAY_BLOB_LOW_SPACE_GRACE_SECONDS * 1_000 },
    });
  }

  onApplicationBootstrap(): void {
    const { stopping: signal } = this.lifecycle;
    const step = () => this.step(signal);
    let sweeping = Promise.resolve();
    void this.database.whenOpen().then(() => {
      if (!signal.aborted)
        sweeping = runBackgroundLoop({ purpose: 'sweep the blob store', log: this.log, signal, wake: new WakeSignal(), step });
    });
    this.lifecycle.onDrain('blob sweep', () => sweeping);
  }

  private async step(signal: AbortSignal): Promise<number> {
    const report = await this.sweeper.sweepWhenDue(this.database.source, signal);
    if (report) this.log.info({ ...report }, 'swept the blob store');
    return Math.min(lookEveryMs, this.everyMs);
  }
}
