import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { Counter } from 'prom-client';
import { Compute, task } from '#compute';
import { Log } from '#platform';
import type { EmbedInput } from './embed-rows.worker.ts';
import { ModelStore } from './models/model.store.ts';
import { ModelFiles } from './models/model-files.service.ts';
import type { EmbeddedTexts, VectorModel } from './models/vector-model.ts';
import { VectorStore } from './vector.store.ts';

const embedRows = task<EmbedInput, Uint8Array<ArrayBuffer>>('./embed-rows.worker', import.meta.url);
const embedQuestion = task<EmbedInput, Float32Array<ArrayBuffer>>('./embed-question.worker', import.meta.url);
const embedded = new Counter({ name: 'documents_embedded_total', help: 'Texts for which a vector was computed.' });

/** Vectors of texts that were computed: they are kept until the transaction that stores them has surely ended. */
const maxKeptBytes = 8 * 1_048_576;
const keptMs = 60_000;
/** Of a kept vector, beside its numbers. */
const overheadBytes = 300;

export interface TextsToEmbed {
  readonly texts: readonly string[];
  /** Of each text. */
  readonly hashes: readonly string[];
}

type Vectors = ReadonlyMap<string, Uint8Array>;

@Injectable() // computes vectors of texts that have none yet, each text once, however many ask for it
export class EmbeddingService {
  /** Vectors by model and hash of the text; the work under way is shared. */
  readonly #kept = new LRUCache<string, Promise<Uint8Array>>({ maxSize: maxKeptBytes, ttl: keptMs });

  constructor(
    private readonly vectors: VectorStore,
    private readonly models: ModelStore,
    private readonly files: ModelFiles,
    private readonly compute: Compute,
    private readonly log: Log,
  ) {}

  /**
   * What documents of a collection need: vectors of the model that it is searched with and, while another is active, also of that one, so that the job
   * which computes those of all documents comes to an end.
   * @throws Failure `service-unavailable` where the model of the collection cannot run here
   */
  async embedFor(collectionId: string, wanted: TextsToEmbed, signal?: AbortSignal): Promise<EmbeddedTexts[]> {
    const models = await this.models.ofCollection(collectionId);
    if (!models) return []; // it was deleted, as whoever writes to it will find
    const embedded = [await this.embed(models.serving, wanted, signal)];
    if (models.active.id === models.serving.id) return embedded;
    try {
      return [...embedded, await this.embed(models.active, wanted, signal)];
    } catch (err) {
      this.log.warn(
        { err, model: models.active.id, collectionId },
        'failed to compute vectors of the active model; the job of the collection will',
      );
      return embedded;
    }
  }

  /** @returns the vectors that are not stored @throws Failure `service-unavailable` where the model cannot run here */
  async embed(model: VectorModel, { texts, hashes }: TextsToEmbed, signal?: AbortSignal): Promise<EmbeddedTexts> {
    const missing = await this.vectors.missing(model.id, hashes);
    const byHash = new Map(hashes.map((hash, at) => [hash, texts[at]!]));
    const unknown = missing.filter((hash) => !this.#kept.has(keyOf(model, hash)));
    if (unknown.length > 0) this.begin(model, { hashes: unknown, texts: unknown.map((hash) => byHash.get(hash)!) }, signal);
    const found = await Promise.all(missing.map((hash) => this.#kept.get(keyOf(model, hash))?.catch(() => undefined)));
    const lost = missing.filter((_, at) => !found[at]); // whoever computed them was cancelled
    const again = lost.length > 0 ? await this.work(model, { hashes: lost, texts: lost.map((hash) => byHash.get(hash)!) }, signal) : none;
    return { model, hashes: missing, vectors: Buffer.concat(missing.map((hash, at) => found[at] ?? again.get(hash)!)) };
  }

  /** The vector of a text that is searched for, in 32-bit numbers. @throws Failure `service-unavailable` where the model cannot run here */
  async question(model: VectorModel, text: string, signal: AbortSignal): Promise<Float32Array> {
    return this.compute.run(embedQuestion, { embedder: await this.files.embedderOf(model), texts: [text] }, { signal });
  }

  /** Keeps the vectors as promises, so that who asks meanwhile waits for them. What fails is forgotten. */
  private begin(model: VectorModel, wanted: TextsToEmbed, signal: AbortSignal | undefined): void {
    const work = this.work(model, wanted, signal);
    for (const hash of wanted.hashes) {
      const vector = work.then((vectors) => vectors.get(hash)!);
      vector.catch(() => this.#kept.delete(keyOf(model, hash)));
      this.#kept.set(keyOf(model, hash), vector, { size: 2 * model.dimension + overheadBytes });
    }
  }

  private async work(model: VectorModel, { texts, hashes }: TextsToEmbed, signal: AbortSignal | undefined): Promise<Vectors> {
    const input = { embedder: await this.files.embedderOf(model), texts };
    const bytes = await this.compute.run(embedRows, input, signal ? { signal } : {});
    embedded.inc(texts.length);
    return new Map(hashes.map((hash, at) => [hash, bytes.subarray(2 * model.dimension * at, 2 * model.dimension * (at + 1))]));
  }
}

const none: Vectors = new Map();
const keyOf = ({ id }: VectorModel, hash: string): string => `${id} ${hash}`;
