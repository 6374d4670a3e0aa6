import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import { Counter } from 'prom-client';
import { AsyncProcessor, Compute, type WorkProfile } from '#compute';
import type { Chunk } from './cut-records.ts';
import { prepareDocuments } from './document.service.ts';
import { WORK_PROFILE } from './documents.config.ts';
import { EmbeddingService } from './embedding.service.ts';
import type { LoadRow } from './load.store.ts';
import type { PreparedDocuments } from './prepare-documents.worker.ts';
import { type PreparedChunk, textsOf } from './prepared-chunk.ts';

export const maxRecordBytes = 8 * 1_048_576;
/** A chunk takes about a second: a thread that is only slow is not stopped. */
const minTimeoutMs = 10_000;

const analyzed = new Counter({ name: 'documents_analyzed_total', help: 'Documents of loads that this copy has analysed and signed.' });

/** What all chunks of a load share. */
export type LoadContext = Pick<LoadRow, 'collectionId' | 'format'> & { readonly columns: readonly string[] | null };
type ChunkItem = LoadContext & { readonly chunk: Chunk };

async function* itemsOf(chunks: AsyncIterable<Chunk>, context: LoadContext): AsyncGenerator<ChunkItem> {
  for await (const chunk of chunks) yield { ...context, chunk };
}

@Injectable() // analyses the documents of chunks on threads, some chunks at a time
export class ChunkPreparer implements OnModuleDestroy {
  private readonly preparing: AsyncProcessor<ChunkItem, PreparedChunk>;

  constructor(
    private readonly compute: Compute,
    private readonly embedding: EmbeddingService,
    @Inject(WORK_PROFILE) { maxWorkers }: WorkProfile,
  ) {
    const work = (item: ChunkItem, signal: AbortSignal) => this.work(item, signal);
    this.preparing = new AsyncProcessor({ name: 'documents.load', work, maxWorkers, minTimeoutMs });
  }

  onModuleDestroy(): void {
    this.preparing.close();
  }

  /** @throws Failure `documents-invalid` when the chunk begins a CSV file without columns `id` and `text` */
  prepare(chunk: Chunk, context: LoadContext, signal: AbortSignal): Promise<PreparedChunk> {
    return this.preparing.process({ ...context, chunk }, { signal });
  }

  /** In the order of the chunks. */
  prepareAll(chunks: AsyncIterable<Chunk>, context: LoadContext, signal: AbortSignal): AsyncGenerator<PreparedChunk> {
    return this.preparing.processBatch(itemsOf(chunks, context), { signal });
  }

  /** Computes the vectors of a chunk again. */
  async embedAgain({ chunk, prepared }: PreparedChunk, collectionId: string, signal: AbortSignal): Promise<PreparedChunk> {
    const wanted = { hashes: prepared.hashes, texts: textsOf(prepared.rows) };
    return { chunk, prepared, embedded: await this.embedding.embedFor(collectionId, wanted, signal) };
  }

  private async work({ chunk, format, columns, collectionId }: ChunkItem, signal: AbortSignal): Promise<PreparedChunk> {
    if (chunk.isTooLong) return { chunk, prepared: tooLong(chunk, columns), embedded: [] };
    const bytes = Uint8Array.from(chunk.bytes); // a buffer of its own, which is moved to the thread
    const input = { chunk: { bytes, format, line: chunk.line, columns, isFirst: chunk.start === 0 } };
    const { texts, ...prepared } = await this.compute.run(prepareDocuments, input, { signal, transfer: [bytes.buffer] });
    analyzed.inc(prepared.documentCount);
    return { chunk, prepared, embedded: await this.embedding.embedFor(collectionId, { texts, hashes: prepared.hashes }, signal) };
  }
}

const noRows = new TextEncoder().encode('[]');

const tooLong = ({ line }: Chunk, columns: readonly string[] | null): Omit<PreparedDocuments, 'texts'> => ({
  ...{ rows: noRows, hashes: [], documentCount: 0, repeated: 0, refusedCount: 1, linesRead: 1, columns },
  badLines: [{ line: line + 1, code: 'line-too-long', detail: `A line has at most ${maxRecordBytes} bytes.` }],
});
