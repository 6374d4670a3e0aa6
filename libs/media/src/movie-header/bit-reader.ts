/** Reads numbers from the bits of a parameter set. @see ITU-T H.264 §7.2, §9.1 (Exp-Golomb codes) */

export class BitReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  /** @param bytes without emulation prevention bytes */
  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** @throws RangeError past the end */
  bit(): number {
    const byte = this.#bytes[this.#at >> 3];
    if (byte === undefined) throw new RangeError('the parameter set ends early');
    return (byte >> (7 - (this.#at++ & 7))) & 1;
  }

  flag(): boolean {
    return this.bit() === 1;
  }

  /** @param count in [0, 32] */
  bits(count: number): number {
    let value = 0;
    for (let index = 0; index < count; index++) value = value * 2 + this.bit();
    return value;
  }

  /** @throws RangeError past the end, so that a loop over a count in the bits ends */
  skip(count: number): void {
    this.#at += count;
    if (this.#at > 8 * this.#bytes.length) throw new RangeError('the parameter set ends early');
  }

  /** ue(v). @throws RangeError for more than 32 bits */
  unsigned(): number {
    let zeros = 0;
    while (this.bit() === 0) if (++zeros > 31) throw new RangeError('not an Exp-Golomb code');
    return 2 ** zeros - 1 + this.bits(zeros);
  }

  /** se(v) */
  signed(): number {
    const code = this.unsigned();
    return code % 2 === 1 ? (code + 1) / 2 : -code / 2;
  }
}

/** The payload of a NAL unit: each 3 behind two zero bytes is removed. @param headerBytes of the NAL unit, left out */
export function payloadOf(nal: Uint8Array, headerBytes: number): Uint8Array {
  const payload = new Uint8Array(nal.length);
  let [length, zeros] = [0, 0];
  for (const byte of nal.subarray(headerBytes)) {
    const isInserted = zeros >= 2 && byte === 3;
    if (!isInserted) payload[length++] = byte;
    zeros = byte === 0 ? zeros + 1 : 0;
  }
  return payload.subarray(0, length);
}
