const BYTES_PER_SAMPLE = 4;

/** Turns bytes that come in pieces of any length into whole frames of 32-bit float samples (little endian, as on every machine we run on). */
export class FrameAssembler {
  private readonly frameBytes: number;
  private scratch = new Uint8Array(128 * 1024);
  /** Bytes of a frame that is not complete yet: where they lie in `scratch`, and how many. */
  private restFrom = 0;
  private rest = 0;

  /** @param channels samples of one frame */
  constructor(channels: number) {
    this.frameBytes = channels * BYTES_PER_SAMPLE;
  }

  /** @returns interleaved frames; the array is used again by the next call */
  push(bytes: Uint8Array): Float32Array {
    const length = this.rest + bytes.length;
    const held = this.scratch.subarray(this.restFrom, this.restFrom + this.rest);
    if (length > this.scratch.length) this.scratch = new Uint8Array(2 * length);
    this.scratch.set(held);
    this.scratch.set(bytes, this.rest);
    this.rest = length % this.frameBytes;
    this.restFrom = length - this.rest;
    return new Float32Array(this.scratch.buffer, 0, this.restFrom / BYTES_PER_SAMPLE);
  }
}
