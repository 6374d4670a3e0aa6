import { Injectable } from '@nestjs/common';
import { Counter } from 'prom-client';
import { Compute, task } from '#compute';
import type { EmbeddedTexts, EmbedInput } from './embed-rows.worker.ts';
import type { PreparedDocuments } from './prepare-documents.worker.ts';
import { VectorStore } from './vector.store.ts';

const embedRows = task<EmbedInput, EmbeddedTexts>('./embed-rows.worker', import.meta.url);
const embedded = new Counter({ name: 'documents_embedded_total', help: 'Texts for which a vector was computed.' });

@Injectable() // computes vectors of texts that have none yet
export class EmbeddingService {
  constructor(
    private readonly vectors: VectorStore,
    private readonly compute: Compute,
  ) {}

  async embed({ texts, hashes }: Pick<PreparedDocuments, 'texts' | 'hashes'>, signal?: AbortSignal): Promise<EmbeddedTexts> {
    const missing = await this.vectors.missing(hashes);
    if (missing.length === 0) return { hashes: [], vectors: new Uint8Array(0) };
    const byHash = new Map(hashes.map((hash, at) => [hash, texts[at]!]));
    const input = { texts: missing.map((hash) => byHash.get(hash)!), hashes: missing };
    const found = await this.compute.run(embedRows, input, signal ? { signal } : {});
    embedded.inc(missing.length);
    return found;
  }
}
