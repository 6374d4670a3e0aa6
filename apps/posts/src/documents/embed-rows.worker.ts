/** Embeds the texts of documents on another thread; their vectors are stored in 16-bit numbers. */
import { encodeHalves } from './half-floats.ts';
import { embedTexts } from './models/embed-texts.ts';
import type { Embedder } from './models/vector-model.ts';

export interface EmbedInput {
  readonly embedder: Embedder;
  readonly texts: readonly string[];
}

/** @returns the vectors, one after the other */
export default async ({ embedder, texts }: EmbedInput): Promise<Uint8Array<ArrayBuffer>> => encodeHalves(await embedTexts(embedder, texts));
