import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { type AccountExport, Failure, presentProgress, writeAccountExport } from '#contracts';
import { Database, JobStore, requireCall, requireSubject } from '#platform';
import { presentOwned } from '#storage';
import { type AccountExportRow, AccountExportStore } from './account-export.store.ts';

@Injectable() // keeps one export of all data for each account, and starts the job that writes it
export class AccountExportService {
  constructor(
    private readonly database: Database,
    private readonly exports: AccountExportStore,
    private readonly jobs: JobStore,
  ) {}

  /** While one is written it is answered again; afterwards a new one replaces it. */
  async create(): Promise<AccountExport> {
    const ownerId = requireSubject();
    const id = await this.database.transaction(async (tx) => {
      await AccountExportStore.lockOwner(tx, ownerId);
      const earlier = await AccountExportStore.findOf(tx, ownerId);
      if (earlier && (await this.isBeingWritten(tx, earlier))) return earlier.id;
      if (earlier) await AccountExportStore.remove(tx, earlier);
      const [newId, { requestId, traceparent }] = [randomUUID(), requireCall()];
      const input = { accountExportId: newId };
      const { id: jobId } = await this.jobs.enqueue(tx, writeAccountExport, {
        ...{ ownerId, input, subject: input, context: { requestId, traceparent } },
      });
      await this.exports.add(tx, { id: newId, ownerId, title: '', jobId });
      return newId;
    });
    return this.get(id);
  }

  private async isBeingWritten(tx: EntityManager, { ready, jobId, ownerId }: AccountExportRow): Promise<boolean> {
    const state = ready ? undefined : (await this.jobs.statesOf([jobId], ownerId, tx)).get(jobId);
    return state === 'queued' || state === 'running';
  }

  /** @throws Failure `account-export-not-found`, also once it has expired */
  async get(id: string): Promise<AccountExport> {
    const row = await this.find(id);
    const job = (await this.jobs.findMany([row.jobId], row.ownerId)).get(row.jobId);
    const { sizeBytes, fileCount, expiresAt } = row;
    const own = { sizeBytes, fileCount, expiresAt: expiresAt?.toISOString() ?? null };
    return { kind: 'account-export', ...presentOwned(row), ...presentProgress(row.ready, job), ...own };
  }

  /** Cancels its jobs, and lets the archive go. @throws Failure `account-export-not-found`, also once it has expired */
  async remove(id: string): Promise<void> {
    await this.removeRow(await this.find(id));
  }

  /** With the account: also one that has expired. */
  async erase(id: string): Promise<void> {
    const row = await this.exports.find({ id, ownerId: requireSubject() });
    if (row) await this.removeRow(row);
  }

  private async removeRow({ id, ownerId, ready, jobId, partitionJobs }: AccountExportRow): Promise<void> {
    if (!ready) for (const each of [jobId, ...Object.values(partitionJobs)]) await this.jobs.cancelIfOpen(each, ownerId);
    if (!(await this.database.transaction((tx) => AccountExportStore.remove(tx, { id, ownerId })))) throw notFound();
  }

  /** @throws Failure `account-export-not-found`, `account-export-not-ready` */
  async locate(id: string) {
    const row = await this.find(id);
    const { sha256, sizeBytes, createdAt } = row;
    if (sha256 === null || sizeBytes === null) throw await this.jobs.unfinished('account-export', row);
    const fileName = `rafaga-export-${createdAt.toISOString().slice(0, 10)}.zip`;
    return { sha256, sizeBytes, contentType: 'application/zip', fileName };
  }

  private async find(id: string): Promise<AccountExportRow> {
    const row = await this.exports.find({ id, ownerId: requireSubject() });
    if (!row || (row.expiresAt && row.expiresAt.getTime() <= Date.now())) throw notFound();
    return row;
  }
}

export const notFound = () => new Failure('account-export-not-found', 'There is no such export of your data.');
