import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { runBackgroundLoop, WakeSignal } from '#compute';
import { Database, Lifecycle, Log } from '#platform';
import { ScorePartitionStore } from './score-partition.store.ts';
import { SCORING_CONFIG, type ScoringConfig } from './scoring.config.ts';

const everyMs = 6 * 3_600_000;

@Injectable() // makes partitions of scored rows ahead, and drops those of months that are over
export class ScoreJanitor implements OnApplicationBootstrap {
  constructor(
    private readonly partitions: ScorePartitionStore,
    private readonly database: Database,
    private readonly lifecycle: Lifecycle,
    private readonly log: Log,
    @Inject(SCORING_CONFIG) private readonly config: Pick<ScoringConfig, 'VIDEO_SCORE_KEEP_MONTHS'>,
  ) {}

  onApplicationBootstrap(): void {
    const { stopping: signal } = this.lifecycle;
    const loop = { purpose: 'maintain partitions of scored rows', log: this.log, signal, wake: new WakeSignal(), step: () => this.step() };
    const running = this.database.whenOpen().then(() => runBackgroundLoop(loop));
    this.lifecycle.onDrain('score partitions', () => (this.database.sourceOrNone ? running : undefined));
  }

  private async step(): Promise<number> {
    const now = new Date();
    const made = await this.partitions.makeAhead(now);
    const dropped = await this.partitions.dropExpired(now, this.config.VIDEO_SCORE_KEEP_MONTHS);
    if (made.length + dropped.length > 0) this.log.info({ made, dropped }, 'maintained partitions of scored rows');
    return everyMs;
  }
}
