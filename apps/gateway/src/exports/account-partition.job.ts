import { Inject, Injectable } from '@nestjs/common';
import type { gatewayExportPartition } from '#contracts';
import { BLOBS, type JobHandler, writePartitions } from '#platform';
import type { BlobStore } from '#storage';
import { AccountRows } from './account-rows.store.ts';

@Injectable() // writes the account, the API keys and the webhooks of an owner for an export of all data
export class AccountPartitionJob {
  constructor(
    private readonly rows: AccountRows,
    @Inject(BLOBS) private readonly blobs: BlobStore,
  ) {}

  readonly run: JobHandler<typeof gatewayExportPartition> = async ({ nouns }, run) => {
    const whole = (rows: (ownerId: string) => Promise<object[]>) => async () => ({ items: await rows(run.ownerId), nextCursor: null });
    const readers = {
      account: whole((ownerId) => this.rows.account(ownerId)),
      'api-keys': whole((ownerId) => this.rows.apiKeys(ownerId)),
      webhooks: whole((ownerId) => this.rows.webhooks(ownerId)),
    };
    return run.complete({ partitions: await writePartitions(readers, nouns, { blobs: this.blobs, signal: run.signal }) });
  };
}
