import { Injectable } from '@nestjs/common';
import type { CollectionRow } from './collection.store.ts';
import { decodeHalves } from './half-floats.ts';
import type { VectorModel } from './models/vector-model.ts';
import { type RoundedVectors, roundVectors } from './rounded-vectors.ts';
import { type DocumentFilter, type VectorRow, VectorStore } from './vector.store.ts';

/** Vectors of a block: 15 MB, and 4 MB of rounded ones. */
const blockVectors = 10_000;
/** All blocks that are kept, in bytes: those of one collection of 100,000 documents. */
const maxKeptBytes = 200 * 1_048_576;

export interface VectorBlock {
  /** Number of the document of each vector. */
  readonly numbers: readonly string[];
  /** Shared with the threads that search it. */
  readonly vectors: Float32Array<SharedArrayBuffer>;
  readonly rounded: RoundedVectors;
}

/** Its vectors are others when its texts or the vectors themselves have been written, or by another model. */
type CollectionState = Pick<CollectionRow, 'id' | 'content' | 'written'>;

@Injectable() // reads the vectors of collections, and keeps those used last in memory
export class VectorBlocks {
  /** By collection, content, number of written documents and model; the one used last stands at the end. */
  readonly #kept = new Map<string, readonly VectorBlock[]>();

  constructor(private readonly vectors: VectorStore) {}

  /** Blocks of the documents that pass the filter: all at once where they are kept, else one at a time. */
  async *of(
    { id: collectionId, content, written }: CollectionState,
    model: VectorModel,
    filter: DocumentFilter,
  ): AsyncGenerator<readonly VectorBlock[]> {
    const key = `${collectionId} ${content} ${written} ${model.id}`;
    const isWhole = Object.values(filter).every((value) => value === undefined);
    const kept = isWhole ? this.#kept.get(key) : undefined;
    if (kept) {
      this.#keep(key, kept);
      yield kept;
      return;
    }
    let read: VectorBlock[] | undefined = isWhole ? [] : undefined;
    for await (const block of this.#read(collectionId, model, filter)) {
      read?.push(block);
      if (read && bytesOf(read) > maxKeptBytes) read = undefined;
      yield [block];
    }
    if (read) this.#keep(key, read);
  }

  /** The vectors of some documents that were not written since a moment, as one block. */
  async among(collectionId: string, model: VectorModel, numbers: readonly string[], notSince: string): Promise<VectorBlock> {
    return blockOf(await this.vectors.ofNumbers({ collectionId, modelId: model.id }, numbers, notSince), model);
  }

  async *#read(collectionId: string, model: VectorModel, filter: DocumentFilter): AsyncGenerator<VectorBlock> {
    let after = '0';
    for (;;) {
      const rows = await this.vectors.page({ collectionId, modelId: model.id }, after, blockVectors, filter);
      if (rows.length === 0) return;
      yield blockOf(rows, model);
      if (rows.length < blockVectors) return;
      after = rows.at(-1)!.number;
    }
  }

  #keep(key: string, blocks: readonly VectorBlock[]): void {
    const [collectionId] = key.split(' ');
    for (const other of this.#kept.keys()) if (other === key || other.startsWith(`${collectionId} `)) this.#kept.delete(other);
    this.#kept.set(key, blocks);
    while (bytesOf([...this.#kept.values()].flat()) > maxKeptBytes) this.#kept.delete(this.#kept.keys().next().value!);
  }
}

function blockOf(rows: readonly VectorRow[], { dimension }: VectorModel): VectorBlock {
  const vectors = new Float32Array(new SharedArrayBuffer(4 * dimension * rows.length));
  for (const [at, { vector }] of rows.entries()) decodeHalves(vector, vectors, at * dimension);
  return { numbers: rows.map(({ number }) => number), vectors, rounded: roundVectors(vectors, dimension) };
}

const bytesOf = (blocks: readonly VectorBlock[]): number =>
  blocks.reduce((sum, { vectors, rounded }) => sum + vectors.byteLength + rounded.bytes.byteLength, 0);
