/** Searches an index of vectors on another thread. The indexes used last stay open. */
import { type HnswMatches, openHnsw } from './hnsw.ts';

export interface SearchIndexInput {
  readonly asked: Float32Array;
  readonly path: string;
  /** Candidates that a search visits. */
  readonly expansion: number;
  readonly limit: number;
}

const maxOpen = 2;
/** By path; the one used last stands at the end. */
const open = new Map<string, ReturnType<typeof openHnsw>>();

export default async ({ asked, path, expansion, limit }: SearchIndexInput): Promise<HnswMatches> => {
  const known = open.get(path) ?? openHnsw(path, asked.length, expansion);
  open.delete(path);
  open.set(path, known);
  if (open.size > maxOpen) open.delete(open.keys().next().value!);
  try {
    return (await known)(asked, limit);
  } catch (error) {
    open.delete(path);
    throw error;
  }
};
