/** Numbers of 16 bits (IEEE 754 binary16): vectors are stored in half the room of 32 bits, with an error under 0.05%. */

const float = new Float32Array(1);
const bits = new Uint32Array(float.buffer);

/** @param value from -65,504 to 65,504; rounded to the nearest, values under 6e-5 lose digits */
function toHalf(value: number): number {
  float[0] = value;
  const word = bits[0]!;
  const sign = (word >>> 16) & 0x8000;
  const exponent = ((word >>> 23) & 0xff) - 112;
  if (exponent >= 31) return sign | 0x7bff; // the largest
  if (exponent > 0) return sign | Math.min(0x7bff, ((exponent << 10) | ((word >>> 13) & 0x3ff)) + ((word >>> 12) & 1));
  if (exponent < -10) return sign;
  const mantissa = (word & 0x7fffff) | 0x800000;
  return sign | ((mantissa >>> (14 - exponent)) + ((mantissa >>> (13 - exponent)) & 1));
}

function fromHalf(half: number): number {
  const [exponent, mantissa] = [(half >>> 10) & 31, half & 0x3ff];
  const magnitude = exponent === 0 ? mantissa * 2 ** -24 : (1 + mantissa / 1_024) * 2 ** (exponent - 15);
  return half & 0x8000 ? -magnitude : magnitude;
}

/** What each of the 65,536 numbers stands for. */
const decoded = Float32Array.from({ length: 65_536 }, (_, half) => fromHalf(half));

/** Little-endian. */
export function encodeHalves(values: Float32Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(2 * values.length);
  for (let at = 0; at < values.length; at++) {
    const half = toHalf(values[at]!);
    bytes[2 * at] = half & 0xff;
    bytes[2 * at + 1] = half >>> 8;
  }
  return bytes;
}

/** Writes the numbers of `bytes` into `target`, from `offset` on. */
export function decodeHalves(bytes: Uint8Array, target: Float32Array, offset: number): void {
  for (let at = 0; 2 * at + 1 < bytes.length; at++) target[offset + at] = decoded[bytes[2 * at]! | (bytes[2 * at + 1]! << 8)]!;
}
