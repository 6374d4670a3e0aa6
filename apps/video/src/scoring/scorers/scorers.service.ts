import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { Failure, type ListedScorer } from '#contracts';
import { Log } from '#platform';
import { SCORING_CONFIG, type ScoringConfig } from '../scoring.config.ts';
import { loadScorers, type Scorer } from './scorer-manifest.ts';

@Injectable() // knows the scorers that the operator has installed
export class Scorers implements OnApplicationBootstrap {
  private installed: ReadonlyMap<string, Scorer> = new Map();

  constructor(
    private readonly log: Log,
    @Inject(SCORING_CONFIG) private readonly config: Pick<ScoringConfig, 'VIDEO_SCORERS_FOLDER'>,
  ) {}

  /** A folder that cannot be read, or a scorer with a fault, is logged and left out. */
  async onApplicationBootstrap(): Promise<void> {
    const folder = this.config.VIDEO_SCORERS_FOLDER;
    if (folder === undefined) return;
    const { scorers, faults } = await loadScorers(folder).catch((error: Error) => ({ scorers: new Map(), faults: [error.message] }));
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
