/** The file that an approximate index is built from: the number of a document and its vector of 16-bit numbers, little-endian, one after the other. */
import { closeSync, openSync, readSync } from 'node:fs';
import { decodeHalves } from './half-floats.ts';

export const recordBytes = (dimension: number): number => 8 + 2 * dimension;
const recordsAtOnce = 2_000;

export interface VectorRecords {
  readonly numbers: BigUint64Array;
  /** Of 32-bit numbers, from the beginning of their buffer on. */
  readonly vectors: Float32Array<ArrayBuffer>;
}

/** Some thousand records at a time. */
export function* recordsOf(path: string, dimension: number): Generator<VectorRecords> {
  const bytes = recordBytes(dimension);
  const file = openSync(path, 'r');
  try {
    const buffer = Buffer.alloc(bytes * recordsAtOnce);
    for (let read = readSync(file, buffer); read > 0; read = readSync(file, buffer)) {
      const count = Math.floor(read / bytes);
      const [numbers, vectors] = [new BigUint64Array(count), new Float32Array(count * dimension)];
      for (let at = 0; at < count; at++) {
        const start = at * bytes;
        numbers[at] = buffer.readBigUInt64LE(start);
        decodeHalves(buffer.subarray(start + 8, start + bytes), vectors, at * dimension);
      }
      yield { numbers, vectors };
    }
  } finally {
    closeSync(file);
  }
}
