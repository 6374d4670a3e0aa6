import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import { Counter } from 'prom-client';
import { AsyncProcessor, Compute, type WorkProfile } from '#compute';
import { Failure, type loadDocumentsJob } from '#contracts';
import { BLOBS, Database, type JobHandler, usage } from '#platform';
import type { BlobStore } from '#storage';
import { CollectionStore } from './collection.store.ts';
import { type Chunk, cutRecords } from './cut-records.ts';
import { prepareDocuments } from './document.service.ts';
import { DocumentStore } from './document.store.ts';
import { WORK_PROFILE } from './documents.config.ts';
import { EmbeddingService } from './embedding.service.ts';
import { type LoadRow, LoadStore } from './load.store.ts';
import type { EmbeddedTexts } from './models/vector-model.ts';
import type { PreparedDocuments } from './prepare-documents.worker.ts';
import { VectorStore } from './vector.store.ts';

const chunkBytes = 256 * 1_024;
const maxRecordBytes = 8 * 1_048_576;
/** A chunk takes about a second: a thread that is only slow is not stopped. */
const minTimeoutMs = 10_000;

const loaded = new Counter({
  name: 'documents_loaded_total',
  help: 'Lines of loads by what became of them.',
  labelNames: ['outcome'],
});

type Handle = JobHandler<typeof loadDocumentsJob>;
type Run = Parameters<Handle>[1];

/** What all chunks of a load share. */
interface LoadContext {
  readonly load: LoadRow;
  readonly columns: string[] | null;
}

type ChunkItem = LoadContext & { readonly chunk: Chunk };

interface PreparedChunk extends Pick<ChunkItem, 'chunk'> {
  readonly prepared: PreparedDocuments;
  readonly embedded: readonly EmbeddedTexts[];
}

async function* itemsOf(chunks: AsyncIterable<Chunk>, context: LoadContext): AsyncGenerator<ChunkItem> {
  for await (const chunk of chunks) yield { ...context, chunk };
}

class VectorsRemoved extends Failure {
  constructor() {
    super('service-unavailable', 'Vectors that this load needs were removed, or are of another model.', { retryAfterSeconds: 1 });
  }
}

@Injectable() // reads a file of documents into a collection; resumes at the last chunk that was committed
export class LoadJob implements OnModuleDestroy {
  private readonly preparing: AsyncProcessor<ChunkItem, PreparedChunk>;

  constructor(
    private readonly database: Database,
    private readonly loads: LoadStore,
    private readonly compute: Compute,
    private readonly embedding: EmbeddingService,
    private readonly vectors: VectorStore,
    @Inject(BLOBS) private readonly blobs: BlobStore,
    @Inject(WORK_PROFILE) { maxWorkers }: WorkProfile,
  ) {
    const work = (item: ChunkItem, signal: AbortSignal) => this.prepare(item, signal);
    this.preparing = new AsyncProcessor({ name: 'documents.load', work, maxWorkers, minTimeoutMs });
  }

  onModuleDestroy(): void {
    this.preparing.close();
  }

  readonly run: Handle = async ({ loadId }, run) => {
    const load = await this.find(loadId);
    if (!load.sha256) throw new Failure('load-ended', 'The file of this load is no longer kept: send it again.');
    try {
      for await (const prepared of this.prepareAhead(load, run.signal)) await this.commit(load, prepared, run);
    } catch (error) {
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

  /** Prepares some chunks at a time and gives them out in the order of the file. */
  private async *prepareAhead(load: LoadRow, signal: AbortSignal): AsyncGenerator<PreparedChunk> {
    if (load.byteOffset >= load.sizeBytes) return;
    const { stream } = await this.blobs.openRead(load.sha256!, { start: load.byteOffset });
    const options = { format: load.format, start: load.byteOffset, line: load.line, chunkBytes, maxRecordBytes };
    const chunks = cutRecords(stream as AsyncIterable<Uint8Array>, options);
    let columns = load.columns;
    try {
      while (load.format === 'csv' && !columns) {
        const next = await chunks.next();
        if (next.done) return;
        const header = await this.preparing.process({ chunk: next.value, load, columns }, { signal });
        columns = header.prepared.columns as string[] | null;
        yield header;
      }
      yield* this.preparing.processBatch(itemsOf(chunks, { load, columns }), { signal });
    } finally {
      stream.destroy();
    }
  }

  private async prepare({ chunk, load, columns }: ChunkItem, signal: AbortSignal): Promise<PreparedChunk> {
    if (chunk.isTooLong) return { chunk, prepared: tooLong(chunk, columns), embedded: [] };
    const bytes = Uint8Array.from(chunk.bytes); // a buffer of its own, which is moved to the thread
    const input = { chunk: { bytes, format: load.format, line: chunk.line, columns, isFirst: chunk.start === 0 } };
    const prepared = await this.compute.run(prepareDocuments, input, { signal, transfer: [bytes.buffer] });
    return { chunk, prepared, embedded: await this.embedding.embedFor(load.collectionId, prepared, signal) };
  }

  private async commit(load: LoadRow, chunk: PreparedChunk, run: Run): Promise<void> {
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
  private async writeAgain(load: LoadRow, { chunk, prepared }: PreparedChunk, run: Run) {
    const embedded = await this.embedding.embedFor(load.collectionId, prepared, run.signal);
    return this.write(load, { chunk, prepared, embedded }, run);
  }

  /** Documents, counters and position are written together or not at all. @throws VectorsRemoved */
  private write(load: LoadRow, { chunk, prepared, embedded }: PreparedChunk, run: Run) {
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
const overtaken = () => new Failure('service-unavailable', 'Another worker has taken this load over.', { retryAfterSeconds: 1 });

const sentenceOf = ({ badLines }: LoadRow): string =>
  badLines
    .slice(0, 5)
    .map(({ line, detail }) => `Line ${line}: ${detail}`)
    .join(' ');

const tooLong = ({ line }: Chunk, columns: readonly string[] | null): PreparedDocuments => ({
  ...{ rows: '[]', hashes: [], texts: [], documentCount: 0, repeated: 0, refusedCount: 1, linesRead: 1, columns },
  badLines: [{ line: line + 1, code: 'line-too-long', detail: `A line has at most ${maxRecordBytes} bytes.` }],
});
