import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { runBackgroundLoop, WakeSignal } from '#compute';
import { Database, Lifecycle, Log } from '#platform';
import { HourlyUpkeep } from '#storage';
import { PartStore } from './part.store.ts';
import { ScorePartitionStore } from './score-partition.store.ts';
import { SCORING_CONFIG, type ScoringConfig } from './scoring.config.ts';

const everyMs = 60_000;

@Injectable() // makes partitions of scored rows ahead, drops those of months that are over, and gives back what runs have left behind
export class ScoreJanitor implements OnApplicationBootstrap {
  private readonly upkeep: HourlyUpkeep;

  constructor(
    private readonly partitions: ScorePartitionStore,
    private readonly parts: PartStore,
    private readonly database: Database,
    private readonly lifecycle: Lifecycle,
    private readonly log: Log,
    @Inject(SCORING_CONFIG) private readonly config: Pick<ScoringConfig, 'VIDEO_SCORE_KEEP_MONTHS'>,
  ) {
    this.upkeep = new HourlyUpkeep('video.score_row', log);
  }

  onApplicationBootstrap(): void {
    const { stopping: signal } = this.lifecycle;
    const loop = { purpose: 'maintain scored rows', log: this.log, signal, wake: new WakeSignal(), step: () => this.step() };
    const running = this.database.whenOpen().then(() => runBackgroundLoop(loop));
    this.lifecycle.onDrain('scored rows', () => (this.database.sourceOrNone ? running : undefined));
  }

  private async step(): Promise<number> {
    await this.upkeep.whenDue(() => this.maintain());
    return everyMs;
  }

  private async maintain(): Promise<void> {
    const released = await this.parts.releaseAbandoned();
    if (released > 0) this.log.warn({ released }, 'released parts of scorings that ended with their process');
    const now = new Date();
    const made = await this.partitions.makeAhead(now);
    const dropped = await this.partitions.dropExpired(now, this.config.VIDEO_SCORE_KEEP_MONTHS);
    if (made.length + dropped.length > 0) this.log.info({ made, dropped }, 'maintained partitions of scored rows');
  }
}
