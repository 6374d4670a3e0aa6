import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { BatchProcessor } from '#compute';
import { Log } from '#platform';
import { VectorStore } from './vector.store.ts';

@Injectable() // removes vectors that single documents needed, those of many changes in one transaction; nobody waits for it
export class VectorReleases implements OnModuleDestroy {
  private readonly batches: BatchProcessor<string>;

  constructor(
    private readonly vectors: VectorStore,
    private readonly log: Log,
  ) {
    this.batches = new BatchProcessor({ work: (hashes) => vectors.release(hashes) });
  }

  onModuleDestroy(): Promise<void> {
    return this.batches.close();
  }

  /** @param hashes of texts, in hex */
  add(hashes: readonly string[]): void {
    void this.release(hashes);
  }

  /** What a batch could not remove, or did not take, is removed directly, once. */
  private async release(hashes: readonly string[]): Promise<void> {
    const outcomes = await Promise.allSettled(hashes.map((hash) => this.batches.add(hash)));
    const left = hashes.filter((_, at) => outcomes[at]!.status === 'rejected');
    try {
      await this.vectors.release(left);
    } catch (err) {
      this.log.warn({ err, vectors: left.length }, 'failed to remove vectors');
    }
  }
}
