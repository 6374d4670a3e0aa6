import { Injectable } from '@nestjs/common';
import { type computeDuplicatesJob, Failure } from '#contracts';
import { Database, type JobHandler } from '#platform';
import { CollectionStore } from './collection.store.ts';
import { DuplicateFinder, type FinderPhase } from './duplicate-finder.service.ts';
import { DuplicateRunStore } from './duplicate-run.store.ts';

/** Percent of the whole at which each phase begins, and how much of it the phase has. */
const shares: Readonly<Record<FinderPhase, readonly [start: number, share: number]>> = {
  reading: [0, 30],
  searching: [30, 20],
  comparing: [50, 45],
};

@Injectable() // groups the near-duplicates of a collection and stores the groups
export class DuplicateRunJob {
  constructor(
    private readonly database: Database,
    private readonly runs: DuplicateRunStore,
    private readonly finder: DuplicateFinder,
  ) {}

  readonly run: JobHandler<typeof computeDuplicatesJob> = async ({ duplicateRunId }, run) => {
    const row = await this.runs.findById(duplicateRunId);
    if (!row) throw deleted();
    const expected = await CollectionStore.documentCount(this.database.source.manager, row.collectionId, run.ownerId);
    if (expected === undefined) throw deleted();
    const onProgress = (phase: FinderPhase, share: number) => run.progress(phase, shares[phase][0] + share * shares[phase][1]);
    const found = await this.finder.group(row.collectionId, expected, row.similarityMin, { signal: run.signal, onProgress });
    run.progress('writing', 95);
    const duplicateCount = found.groups.reduce((sum, { numbers }) => sum + numbers.length, 0);
    return run.complete({ duplicateRunId, groupCount: found.groups.length, duplicateCount }, async (tx) => {
      if (!(await DuplicateRunStore.finish(tx, duplicateRunId, found))) throw deleted();
    });
  };
}

const deleted = () => new Failure('duplicate-run-not-found', 'The run was deleted: there is nothing to compute.');
