import { Injectable } from '@nestjs/common';
import { embedCollectionJob, indexVectorsJob } from '#contracts';
import { Database, JobStore, Log, requireCall } from '#platform';
import type { CollectionRow } from './collection.store.ts';

/** After this time a copy orders the same again: the job before may have failed. */
const orderAgainMs = 60_000;
const maxOrdered = 1_000;

type Owned = Pick<CollectionRow, 'id' | 'ownerId'>;

@Injectable() // orders what searches need of a collection's vectors: one job of a kind at a time
export class VectorJobs {
  /** When this copy ordered what: searches do not ask for it again while a job works. */
  readonly #ordered = new Map<string, number>();

  constructor(
    private readonly database: Database,
    private readonly jobs: JobStore,
    private readonly log: Log,
  ) {}

  /** Has the index of a collection built. */
  async buildIndex(collection: Owned, modelId: string): Promise<void> {
    await this.order(indexVectorsJob, collection, modelId);
  }

  /** Has the vectors of a collection computed that it lacks of the active model: it was written before there were any, or with another model. */
  async ensureVectors(
    { model, documentCount, ...collection }: Owned & Pick<CollectionRow, 'model' | 'documentCount'>,
    activeId: string,
  ): Promise<void> {
    if (model !== activeId && documentCount > 0) await this.order(embedCollectionJob, collection, activeId);
  }

  /** A search is answered all the same when its order fails; the next one orders again. */
  private async order(
    kind: typeof indexVectorsJob | typeof embedCollectionJob,
    { id: collectionId, ownerId }: Owned,
    modelId: string,
  ): Promise<void> {
    const key = `${kind.name} ${collectionId} ${modelId}`;
    if (this.wasOrdered(key)) return;
    const { requestId, traceparent } = requireCall();
    const input = { collectionId };
    const order = { ownerId, input, subject: input, dedupeKey: collectionId, context: { requestId, traceparent } };
    try {
      await this.database.transaction((tx) => this.jobs.enqueue(tx, kind, order));
      this.markOrdered(key);
    } catch (err) {
      this.log.warn({ err, kind: kind.name, collectionId }, 'failed to order a job that searches need');
    }
  }

  private wasOrdered(key: string): boolean {
    const now = performance.now();
    for (const [known, orderedAt] of this.#ordered) if (now - orderedAt > orderAgainMs) this.#ordered.delete(known);
    return this.#ordered.has(key);
  }

  private markOrdered(key: string): void {
    if (this.#ordered.size >= maxOrdered) this.#ordered.delete(this.#ordered.keys().next().value!);
    this.#ordered.set(key, performance.now());
  }
}
