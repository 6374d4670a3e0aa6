/** Builds an index of vectors on another thread, from one file into another. */
import { type BuiltHnsw, buildHnsw, type HnswFiles } from './hnsw.ts';

export default (files: HnswFiles): Promise<BuiltHnsw> => buildHnsw(files);
