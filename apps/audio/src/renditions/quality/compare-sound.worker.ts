/** Compares two sounds on a worker thread. */
import { compareSound, type SoundQuality } from './compare-sound.ts';

export interface CompareInput {
  readonly original: Float32Array;
  readonly rendition: Float32Array;
  readonly rateHz: number;
}

export default ({ original, rendition, rateHz }: CompareInput): SoundQuality => compareSound(original, rendition, rateHz);
