import { Injectable } from '@nestjs/common';
import type { eraseCollectionJob } from '#contracts';
import type { JobHandler } from '#platform';
import { DocumentStore } from './document.store.ts';

@Injectable() // removes the documents of a deleted collection, one short statement at a time
export class EraseJob {
  constructor(private readonly documents: DocumentStore) {}

  readonly run: JobHandler<typeof eraseCollectionJob> = async ({ collectionId }, run) => {
    let documentCount = 0;
    for (let erased = 1; erased > 0; documentCount += erased) {
      run.signal.throwIfAborted();
      erased = await this.documents.erase(collectionId);
    }
    return run.complete({ collectionId, documentCount });
  };
}
