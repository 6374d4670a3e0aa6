const BYTES_PER_SAMPLE = 4;

/** Assembles byte chunks of any length into whole frames of 32-bit float samples (little endian, as on every supported platform). */
export class FrameAssembler {
  private readonly frameBytes: number;
  private scratch = new Uint8Array(128 * 1024);
  /** Offset in `scratch` and length of the incomplete frame. */
  private remainderOffset = 0;
  private remainder = 0;

  /** @param channels samples per frame */
  constructor(channels: number) {
    this.frameBytes = channels * BYTES_PER_SAMPLE;
  }

  /** @returns interleaved frames; the next call reuses the array */
  push(bytes: Uint8Array): Float32Array {
    const length = this.remainder + bytes.length;
    const leftover = this.scratch.subarray(this.remainderOffset, this.remainderOffset + this.remainder);
    if (length > this.scratch.length) this.scratch = new Uint8Array(2 * length);
    this.scratch.set(leftover);
    this.scratch.set(bytes, this.remainder);
    this.remainder = length % this.frameBytes;
    this.remainderOffset = length - this.remainder;
    return new Float32Array(this.scratch.buffer, 0, this.remainderOffset / BYTES_PER_SAMPLE);
  }
}
