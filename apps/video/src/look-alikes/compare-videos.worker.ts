/** Compares one video with several on a worker thread. */
import { type Comparison, compareFingerprints } from './compare-fingerprints.ts';
import { decodeFingerprint } from './fingerprint.ts';

export interface CompareInput {
  /** See `encodeFingerprint`. */
  readonly fingerprint: Uint8Array;
  readonly others: readonly Uint8Array[];
}

export default ({ fingerprint, others }: CompareInput): Comparison[] => {
  const print = decodeFingerprint(Buffer.from(fingerprint));
  return others.map((other) => compareFingerprints(print, decodeFingerprint(Buffer.from(other))));
};
