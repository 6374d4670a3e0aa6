import { Injectable } from '@nestjs/common';
import type { eraseCollectionJob } from '#contracts';
import type { JobHandler } from '#platform';
import { DocumentStore } from './document.store.ts';
import { VectorStore } from './vector.store.ts';

@Injectable() // removes the documents of a deleted collection, one short statement at a time
export class EraseJob {
  constructor(
    private readonly documents: DocumentStore,
    private readonly vectors: VectorStore,
  ) {}

  readonly run: JobHandler<typeof eraseCollectionJob> = async ({ collectionId }, run) => {
    let documentCount = 0;
    for (;;) {
      run.signal.throwIfAborted();
      const hashes = await this.documents.erase(collectionId);
      if (hashes.length === 0) break;
      documentCount += hashes.length;
      await this.vectors.release(hashes.filter((hash) => hash !== null));
    }
    return run.complete({ collectionId, documentCount });
  };
}
