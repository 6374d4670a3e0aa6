import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { runBackgroundLoop, WakeSignal } from '#compute';
import { Database, Lifecycle, Log } from '#platform';
import { DocumentStore } from './document.store.ts';
import { VectorStore } from './vector.store.ts';

/** Between two batches or pages, and between two passes over the table. */
const pageMs = 1_000;
const passMs = 60 * 60_000;
const collectionsAtOnce = 500;
const beforeAll = '00000000-0000-0000-0000-000000000000';

@Injectable() // removes documents whose collection is gone: the job that was to remove them was cancelled or has failed. Runs on every copy.
export class DocumentJanitor implements OnApplicationBootstrap {
  #after = beforeAll;

  constructor(
    private readonly documents: DocumentStore,
    private readonly vectors: VectorStore,
    private readonly database: Database,
    private readonly lifecycle: Lifecycle,
    private readonly log: Log,
  ) {}

  onApplicationBootstrap(): void {
    const { stopping: signal } = this.lifecycle;
    const purpose = 'remove documents whose collection is gone';
    const loop = { purpose, log: this.log, signal, wake: new WakeSignal(), step: () => this.sweepPage() };
    const running = this.database.whenOpen().then(() => runBackgroundLoop(loop));
    this.lifecycle.onDrain('document janitor', () => (this.database.sourceOrNone ? running : undefined));
  }

  /** Looks at some collections, or removes one batch. @returns time until the next page in milliseconds */
  async sweepPage(): Promise<number> {
    const page = await this.documents.withDocuments(this.#after, collectionsAtOnce);
    for (const { id, isGone } of page) {
      if (!isGone) continue;
      const hashes = await this.documents.erase(id, true);
      await this.vectors.release(hashes.filter((hash) => hash !== null));
      if (hashes.length > 0) return pageMs; // the same page again, until it has none
    }
    this.#after = page.length < collectionsAtOnce ? beforeAll : page.at(-1)!.id;
    return this.#after === beforeAll ? passMs : pageMs;
  }
}
