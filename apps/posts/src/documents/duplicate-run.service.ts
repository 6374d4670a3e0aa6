import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import {
  computeDuplicatesJob,
  type createDuplicateRun,
  type DuplicateRun,
  Failure,
  type listDuplicateRunGroups,
  type listDuplicateRuns,
  presentProgress,
  type RequestOf,
} from '#contracts';
import { Database, JobStore, requireCall, requireSubject } from '#platform';
import { presentOwned } from '#storage';
import { CollectionService, collectionNotFound } from './collection.service.ts';
import { CollectionStore } from './collection.store.ts';
import { DuplicateService } from './duplicate.service.ts';
import { type DuplicateRunRow, DuplicateRunStore } from './duplicate-run.store.ts';

type Wanted = RequestOf<typeof createDuplicateRun>;

@Injectable() // keeps runs that group the near-duplicates of a collection, and starts their jobs
export class DuplicateRunService {
  constructor(
    private readonly database: Database,
    private readonly runs: DuplicateRunStore,
    private readonly collections: CollectionService,
    private readonly duplicates: DuplicateService,
    private readonly jobs: JobStore,
  ) {}

  /**
   * Asked again for the same documents and the same similarity, it gives the run that is there; one that has failed is tried again.
   * @throws Failure `collection-not-found`, `external-id-taken`
   */
  async create(wanted: Wanted): Promise<DuplicateRun> {
    const ownerId = requireSubject();
    const pruned: string[] = [];
    const id = await this.database.transaction(async (tx) => {
      const locked = await CollectionStore.lockContent(tx, wanted.collectionId, ownerId);
      if (!locked) throw collectionNotFound();
      const same = await DuplicateRunStore.findSame(tx, { ...locked, similarityMin: wanted.similarityMin });
      if (same) return this.restart(tx, same);
      const added = await this.add(tx, locked, wanted);
      pruned.push(...(await DuplicateRunStore.prune(tx, wanted.collectionId)));
      return added;
    });
    for (const jobId of pruned) await this.jobs.cancelIfOpen(jobId, ownerId);
    return this.get(wanted.collectionId, id);
  }

  private async add(tx: EntityManager, { collectionId, content }: { collectionId: string; content: number }, wanted: Wanted) {
    const { similarityMin, title = '', tags, metadata, externalId } = wanted;
    const [id, ownerId] = [randomUUID(), requireSubject()];
    const { id: jobId } = await this.jobs.enqueue(tx, computeDuplicatesJob, orderOf(ownerId, id, collectionId));
    await this.runs.add(tx, { id, ownerId, title, tags, metadata, externalId, collectionId, content, similarityMin, jobId });
    return id;
  }

  private async restart(tx: EntityManager, { id, ownerId, collectionId, jobId, ready }: DuplicateRunRow): Promise<string> {
    const state = ready ? undefined : (await this.jobs.statesOf([jobId], ownerId, tx)).get(jobId);
    if (ready || (state && state !== 'failed' && state !== 'cancelled')) return id;
    const { id: newJobId } = await this.jobs.enqueue(tx, computeDuplicatesJob, orderOf(ownerId, id, collectionId));
    await DuplicateRunStore.restart(tx, id, newJobId);
    return id;
  }

  /** @throws Failure `collection-not-found`, `duplicate-run-not-found` */
  async get(collectionId: string, runId: string): Promise<DuplicateRun> {
    const { content } = await this.collections.find(collectionId);
    const [run] = await this.presentAll([await this.find(collectionId, runId)], content);
    return run as DuplicateRun;
  }

  /** @throws Failure `collection-not-found`; `request-invalid` for a wrong cursor */
  async list({ collectionId, ...request }: RequestOf<typeof listDuplicateRuns>) {
    const { content } = await this.collections.find(collectionId);
    const { items, nextCursor } = await this.runs.list(requireSubject(), collectionId, request);
    return { items: await this.presentAll(items, content), nextCursor };
  }

  /** Cancels its job while it works. @throws Failure `collection-not-found`, `duplicate-run-not-found` */
  async remove(collectionId: string, runId: string): Promise<void> {
    await this.collections.find(collectionId);
    const { jobId, ready } = await this.find(collectionId, runId);
    if (!ready) await this.jobs.cancelIfOpen(jobId, requireSubject());
    if (!(await this.runs.remove(runId, collectionId))) throw runNotFound();
  }

  /** @throws Failure `collection-not-found`, `duplicate-run-not-found`, `duplicate-run-not-ready`; `request-invalid` for a wrong cursor */
  async groups({ collectionId, duplicateRunId, cursor, limit }: RequestOf<typeof listDuplicateRunGroups>) {
    await this.collections.find(collectionId);
    const run = await this.find(collectionId, duplicateRunId);
    if (!run.ready) throw await this.jobs.unfinished('duplicate-run', run);
    const page = { collectionId, cursor, limit, order: `run ${duplicateRunId}` };
    return this.duplicates.page(page, (start, count) => this.runs.groups(duplicateRunId, start, count));
  }

  private async find(collectionId: string, runId: string): Promise<DuplicateRunRow> {
    const row = await this.runs.find(runId, collectionId);
    if (!row) throw runNotFound();
    return row;
  }

  private async presentAll(rows: readonly DuplicateRunRow[], content: number): Promise<DuplicateRun[]> {
    const ids = rows.map(({ jobId }) => jobId);
    const jobs = await this.jobs.findMany(ids, requireSubject());
    return rows.map((row) => {
      const { collectionId, similarityMin, documentCount, groupCount, duplicateCount } = row;
      const own = { collectionId, similarityMin, isCurrent: row.content === content, documentCount, groupCount, duplicateCount };
      return { kind: 'duplicate-run', ...presentOwned(row), ...presentProgress(row.ready, jobs.get(row.jobId)), ...own };
    });
  }
}

const runNotFound = () => new Failure('duplicate-run-not-found', 'The collection has no such run.');

function orderOf(ownerId: string, duplicateRunId: string, collectionId: string) {
  const { requestId, traceparent } = requireCall();
  return { ownerId, input: { duplicateRunId }, subject: { collectionId, duplicateRunId }, context: { requestId, traceparent } };
}
