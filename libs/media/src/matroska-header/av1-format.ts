/** Reads the sequence header of AV1. @see AV1 bitstream specification §5.5 (sequence header), §5.3.2 (OBU header) */
import { BitReader } from '../movie-header/bit-reader.ts';
import { type ColorFormat, colorNames, type PictureFormat, UnusualFile } from '../movie-header/picture-format.ts';

const sequenceHeader = 1;
const temporalDelimiter = 2;

/** Sequence headers among the first OBUs of a sample or configuration. @throws UnusualFile for an OBU without size */
export function sequenceHeadersOf(obus: Buffer): Buffer[] {
  const found: Buffer[] = [];
  for (let at = 0; at < obus.length; ) {
    const head = obus.readUInt8(at);
    const type = (head >> 3) & 15;
    if ((head & 2) === 0) throw new UnusualFile('an OBU without size');
    const { value, next } = leb128(obus, at + (head & 4 ? 2 : 1));
    if (type === sequenceHeader) {
      if (next + value > obus.length) throw new UnusualFile('a sequence header that is cut');
      found.push(obus.subarray(next, next + value));
    } else if (type !== temporalDelimiter) break;
    at = next + value;
  }
  return found;
}

function leb128(bytes: Buffer, at: number): { readonly value: number; readonly next: number } {
  let value = 0;
  for (let place = 0; place < 4; place++) {
    const byte = bytes.readUInt8(at + place);
    value += (byte & 127) * 128 ** place;
    if (byte < 128) return { value, next: at + place + 1 };
  }
  throw new UnusualFile('a size of more than 28 bits');
}

const profiles = ['Main', 'High'];

/** @throws UnusualFile for still pictures, scalable streams, RGB and monochrome */
export function av1Format(header: Buffer): PictureFormat {
  const bits = new BitReader(header);
  const profile = profiles[bits.bits(3)];
  if (profile === undefined || bits.flag() || bits.flag()) throw new UnusualFile('a rare profile of AV1');
  skipTiming(bits);
  const [widthBits, heightBits] = [bits.bits(4) + 1, bits.bits(4) + 1];
  const size = { width: bits.bits(widthBits) + 1, height: bits.bits(heightBits) + 1 };
  if (bits.flag()) bits.skip(7); // numbers of frames
  bits.skip(3);
  skipTools(bits);
  return { profile, ...size, sample_aspect_ratio: undefined, ...readColor(bits, profile) };
}

function skipTiming(bits: BitReader): void {
  if (bits.flag()) throw new UnusualFile('a rate in the bits');
  const hasDelay = bits.flag();
  if (bits.bits(5) !== 0) throw new UnusualFile('several operating points');
  bits.skip(12);
  if (bits.bits(5) > 7) bits.skip(1);
  if (hasDelay && bits.flag()) bits.skip(4);
}

function skipTools(bits: BitReader): void {
  bits.skip(4);
  const hasOrder = bits.flag();
  if (hasOrder) bits.skip(2);
  const choosesTools = bits.flag();
  const forcesTools = choosesTools ? 2 : bits.bit();
  if (forcesTools > 0 && !bits.flag()) bits.skip(1);
  if (hasOrder) bits.skip(3);
  bits.skip(3);
}

function readColor(bits: BitReader, profile: string): ColorFormat & Pick<PictureFormat, 'pix_fmt'> {
  const is10Bit = bits.flag();
  if (profile === 'Main' && bits.flag()) throw new UnusualFile('monochrome');
  const [primaries, transfer, matrix] = bits.flag() ? [bits.bits(8), bits.bits(8), bits.bits(8)] : [2, 2, 2];
  if (matrix === 0) throw new UnusualFile('RGB');
  const color_range = bits.flag() ? 'pc' : 'tv';
  const pix_fmt = `yuv${profile === 'Main' ? '420' : '444'}p${is10Bit ? '10le' : ''}`;
  return { pix_fmt, color_range, ...colorNames(primaries, transfer, matrix) };
}
