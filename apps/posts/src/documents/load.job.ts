import { Inject, Injectable } from '@nestjs/common';
import { Counter } from 'prom-client';
import { Failure, type loadDocumentsJob } from '#contracts';
import { BLOBS, Database, type JobHandler, usage } from '#platform';
import type { BlobStore } from '#storage';
import { ChunkPreparer, maxRecordBytes } from './chunk-preparer.service.ts';
import { CollectionStore } from './collection.store.ts';
import { type Chunk, cutRecords } from './cut-records.ts';
import { DocumentStore } from './document.store.ts';
import { type LoadRow, LoadStore } from './load.store.ts';
import { LoadPartStore } from './load-part.store.ts';
import { LOAD_LIMITS, type LoadLimits, LoadParts, overtaken, PartsWaiting } from './load-parts.service.ts';
import type { PreparedChunk } from './prepared-chunk.ts';
import { VectorStore } from './vector.store.ts';

const loaded = new Counter({
  name: 'documents_loaded_total',
  help: 'Lines of loads by what became of them.',
  labelNames: ['outcome'],
});

type Handle = JobHandler<typeof loadDocumentsJob>;
type Run = Parameters<Handle>[1];

/** Where a chunk begins, and the columns of the file where they are known. */
type Position = Pick<LoadRow, 'line'> & { readonly start: number; readonly columns: readonly string[] | null };
type NextChunk = PreparedChunk & { /** The last one of a part. */ readonly endsPart?: boolean };

class VectorsRemoved extends Failure {
  constructor() {
    super('service-unavailable', 'Vectors that this load needs were removed, or are of another model.', { retryAfterSeconds: 1 });
  }
}

@Injectable() // reads a file of documents into a collection; resumes at the last chunk that was committed
export class LoadJob {
  constructor(
    private readonly database: Database,
    private readonly loads: LoadStore,
    private readonly chunks: ChunkPreparer,
    private readonly parts: LoadParts,
    private readonly vectors: VectorStore,
    @Inject(BLOBS) private readonly blobs: BlobStore,
    @Inject(LOAD_LIMITS) private readonly limits: LoadLimits,
  ) {}

  readonly run: Handle = async ({ loadId }, run) => {
    const load = await this.find(loadId);
    if (!load.sha256) throw new Failure('load-ended', 'The file of this load is no longer kept: send it again.');
    try {
      for await (const prepared of this.prepareAhead(load, run)) await this.commit(load, prepared, run);
    } catch (error) {
      if (error instanceof PartsWaiting) return run.defer({ phase: 'reading', atMostMs: this.limits.restMs });
      if (error instanceof Failure && error.code === 'documents-invalid') return this.refuse(load, error.message);
      if (run.signal.aborted) await this.database.transaction((tx) => LoadStore.abandon(tx, loadId)); // it was cancelled
      throw error;
    }
    const done = await this.find(loadId);
    if (done.addedCount + done.updatedCount === 0 && done.lineCount > 0) return this.refuse(done, sentenceOf(done));
    const { addedCount: added, updatedCount: updated, refusedCount: refused } = done;
    return run.complete({ loadId, added, updated, refused }, async (tx) => {
      if (!(await LoadStore.end(tx, loadId, true))) throw deleted();
    });
  };

  private async find(id: string): Promise<LoadRow> {
    const load = await this.loads.find({ id });
    if (!load) throw deleted();
    return load;
  }

  /** Prepares some chunks at a time, those of a large file on all copies of the service, and gives them out in the order of the file. */
  private async *prepareAhead(load: LoadRow, run: Run): AsyncGenerator<NextChunk> {
    const begun = await this.parts.begun(load);
    const last = begun.at(-1);
    let next: Position = last ? { ...last, start: last.end, line: last.line + last.lines } : { ...load, start: load.byteOffset };
    if (load.format === 'csv' && !next.columns)
      for await (const header of this.prepareInTurn(load, next, run)) {
        const { end, line, lines } = header.chunk;
        next = { start: end, line: line + lines, columns: header.prepared.columns };
        yield header;
        if (next.columns) break;
      }
    const { columns } = next;
    if (!last && load.sizeBytes - next.start <= this.limits.sharedBytes)
      return yield* this.chunks.prepareAll(this.cut(load, next, this.limits.chunkBytes), { ...load, columns }, run.signal);
    yield* this.parts.prepareAhead(load, { begun, chunks: this.cut(load, next, this.limits.partBytes), columns }, run);
  }

  /** One chunk after the other, until the header of the file has been read. */
  private async *prepareInTurn(load: LoadRow, from: Position, { signal }: Run): AsyncGenerator<PreparedChunk> {
    for await (const chunk of this.cut(load, from, this.limits.chunkBytes))
      yield await this.chunks.prepare(chunk, { ...load, columns: null }, signal);
  }

  private async *cut(load: LoadRow, { start, line }: Position, chunkBytes: number): AsyncGenerator<Chunk> {
    if (start >= load.sizeBytes) return;
    const { stream } = await this.blobs.openRead(load.sha256!, { start });
    try {
      yield* cutRecords(stream as AsyncIterable<Uint8Array>, { format: load.format, start, line, chunkBytes, maxRecordBytes });
    } finally {
      stream.destroy();
    }
  }

  private async commit(load: LoadRow, chunk: NextChunk, run: Run): Promise<void> {
    run.signal.throwIfAborted();
    const counts = await this.write(load, chunk, run).catch((error: unknown) => {
      if (error instanceof VectorsRemoved) return this.writeAgain(load, chunk, run);
      throw error;
    });
    await this.vectors.release(counts.replacedHashes);
    for (const outcome of ['added', 'updated', 'repeated'] as const) loaded.inc({ outcome }, counts[outcome]);
    loaded.inc({ outcome: 'refused' }, chunk.prepared.refusedCount);
    run.progress('reading', Math.floor((100 * chunk.chunk.end) / load.sizeBytes));
  }

  /** Vectors were removed since this chunk was prepared, or the collection has gone over to another model: they are computed again, while no transaction is open. */
  private async writeAgain(load: LoadRow, chunk: NextChunk, run: Run) {
    const { embedded } = await this.chunks.embedAgain(chunk, load.collectionId, run.signal);
    return this.write(load, { ...chunk, embedded }, run);
  }

  /** Documents, counters and position are written together or not at all. @throws VectorsRemoved */
  private write(load: LoadRow, { chunk, prepared, embedded, endsPart }: NextChunk, run: Run) {
    const { start, end } = chunk;
    const { rows, hashes, documentCount, repeated, badLines, refusedCount, linesRead, columns } = prepared;
    return this.database.transaction(async (tx) => {
      const locked = await CollectionStore.lock(tx, load.collectionId);
      if (!locked) throw deleted();
      if (!(await VectorStore.holdFor(tx, locked, hashes, embedded))) throw new VectorsRemoved();
      const written = documentCount > 0 ? await DocumentStore.write(tx, load.collectionId, rows, load.id) : noCounts;
      const total = { ...written, repeated: written.repeated + repeated };
      const position = {
        start,
        end,
        line: chunk.line + chunk.lines,
        linesRead,
        columns,
        counts: total,
        badLines,
        refused: refusedCount,
      };
      if (!(await LoadStore.advance(tx, load.id, position))) throw overtaken();
      if (endsPart) await LoadPartStore.release(tx, [load.id], end);
      if (documentCount > 0) await CollectionStore.recordChange(tx, load.collectionId, written.added, documentCount);
      const amount = documentCount && Math.max(documentCount, Math.ceil((end - start) / 1_000));
      await usage.spend(tx, { jobId: load.jobId, ownerId: run.ownerId, meter: 'textUnits', amount });
      return total;
    });
  }

  /** Nothing of the file could be taken: the load ends, what is wrong stays readable, and the file is let go. */
  private async refuse(load: LoadRow, detail: string): Promise<never> {
    await this.database.transaction((tx) => LoadStore.end(tx, load.id, false));
    throw new Failure('documents-invalid', detail);
  }
}

const noCounts = { added: 0, updated: 0, repeated: 0, replacedHashes: [] };
const deleted = () => new Failure('collection-not-found', 'The collection was deleted: there is nothing to load into.');

const sentenceOf = ({ badLines }: LoadRow): string =>
  badLines
    .slice(0, 5)
    .map(({ line, detail }) => `Line ${line}: ${detail}`)
    .join(' ');
