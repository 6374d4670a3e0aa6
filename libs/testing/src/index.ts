export { type Random, seededRandom } from './synth/random.ts';
export { encodeWav, type WavFormat, writeWav } from './synth/wav.ts';
