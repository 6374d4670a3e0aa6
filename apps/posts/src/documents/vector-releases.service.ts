import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { BatchProcessor } from '#compute';
import { Log } from '#platform';
import { VectorStore } from './vector.store.ts';

@Injectable() // removes vectors that single documents needed, those of many changes in one transaction; nobody waits for it
export class VectorReleases implements OnModuleDestroy {
  private readonly batches: BatchProcessor<string>;

  constructor(
    vectors: VectorStore,
    private readonly log: Log,
  ) {
    this.batches = new BatchProcessor({ work: (hashes) => vectors.release(hashes) });
  }

  onModuleDestroy(): Promise<void> {
    return this.batches.close();
  }

  /** @param hashes of texts, in hex */
  add(hashes: readonly string[]): void {
    for (const hash of hashes) this.batches.add(hash).catch((err: unknown) => this.log.warn({ err }, 'failed to remove a vector'));
  }
}
