/** Builds an index of vectors on another thread, from one file into another. */
import { buildHnsw } from './hnsw.ts';

export interface BuildIndexInput {
  readonly recordsPath: string;
  readonly indexPath: string;
  readonly count: number;
}

/** @returns its recall */
export default ({ recordsPath, indexPath, count }: BuildIndexInput): Promise<number> => buildHnsw(recordsPath, indexPath, count);
