import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { Failure, type ListedScorer } from '#contracts';
import { Log } from '#platform';
import { SCORING_CONFIG, type ScoringConfig } from '../scoring.config.ts';
import { scorerMemoryBytes } from './run-scorer.ts';
import { type LoadedScorers, loadScorers, type Scorer } from './scorer-manifest.ts';

@Injectable() // knows the scorers that the operator has installed
export class Scorers implements OnApplicationBootstrap {
  private installed: ReadonlyMap<string, Scorer> = new Map();

  constructor(
    private readonly log: Log,
    @Inject(SCORING_CONFIG) private readonly config: Pick<ScoringConfig, 'VIDEO_SCORERS_FOLDER' | 'VIDEO_SCORE_MEMORY_MB'>,
  ) {}

  /** A folder that cannot be read, a scorer with a fault, or one that needs more memory than all scorings have, is logged and left out. */
  async onApplicationBootstrap(): Promise<void> {
    const folder = this.config.VIDEO_SCORERS_FOLDER;
    if (folder === undefined) return;
    const { scorers, faults } = await loadScorers(folder).catch(
      (error: Error): LoadedScorers => ({ scorers: new Map(), faults: [error.message] }),
    );
    const budgetMb = this.config.VIDEO_SCORE_MEMORY_MB;
    const tooLarge = [...scorers.values()].filter((scorer) => scorerMemoryBytes(scorer, 0) > budgetMb * 1_048_576);
    for (const { name } of tooLarge) {
      scorers.delete(name);
      faults.push(`${name}: it needs more memory than VIDEO_SCORE_MEMORY_MB, ${budgetMb}, allows`);
    }
    this.installed = scorers;
    if (faults.length > 0) this.log.error({ folder, faults }, 'left out scorers');
  }

  list(): ListedScorer[] {
    return [...this.installed.values()].map(({ name, version, description }) => ({ name, version, description }));
  }

  /** @throws Failure `scorer-not-found` */
  find(name: string): Scorer {
    const scorer = this.installed.get(name);
    if (!scorer) throw new Failure('scorer-not-found', `No scorer ${name} is installed.`);
    return scorer;
  }
}
