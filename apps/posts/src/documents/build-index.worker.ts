/** Builds an index of vectors on another thread, from one file into another. */
import { type BuiltHnsw, buildHnsw } from './hnsw.ts';

export interface BuildIndexInput {
  readonly recordsPath: string;
  readonly indexPath: string;
  readonly count: number;
}

export default ({ recordsPath, indexPath, count }: BuildIndexInput): Promise<BuiltHnsw> => buildHnsw(recordsPath, indexPath, count);
