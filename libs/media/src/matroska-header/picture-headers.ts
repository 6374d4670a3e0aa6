/** What the first picture of VP8 and VP9 says of all pictures, in the names of ffprobe. */
import { BitReader } from '../movie-header/bit-reader.ts';
import { type ColorFormat, type PictureFormat, UnusualFile } from '../movie-header/picture-format.ts';

/** Of both together, at least. */
export const pictureHeaderBytes = 32;
const vp8Start = 0x9d012a;

/**
 * @param frame the first bytes of a key frame @param container what the container says of colour
 * @see RFC 6386 §9.1, §9.2
 * @throws UnusualFile for another frame, a scaled one, and full range
 */
export function vp8Format(frame: Buffer, container: ColorFormat): PictureFormat {
  const tag = frame.readUIntLE(0, 3);
  const [width, height] = [frame.readUInt16LE(6), frame.readUInt16LE(8)];
  // The first two bits of the coded part, each of even odds: colour space and clamping.
  const isPlain = (tag & 1) === 0 && frame.readUIntBE(3, 3) === vp8Start && frame.readUInt8(10) < 64;
  if (!isPlain || Math.max(width, height) > 0x3fff) throw new UnusualFile('a rare picture of VP8');
  return { profile: String((tag >> 1) & 7), pix_fmt: 'yuv420p', width, height, sample_aspect_ratio: undefined, ...container };
}

const vp9Start = 0x498342;
/** @see VP9 bitstream specification §7.2.2: color_space */
const vp9Matrices = [undefined, 'bt470bg', 'bt709', 'smpte170m', 'smpte240m', 'bt2020nc'];

/** @see VP9 bitstream specification §6.2, §7.2 @throws UnusualFile for another frame than a key frame, and for RGB */
export function vp9Format(frame: Buffer, container: ColorFormat): PictureFormat {
  const bits = new BitReader(frame);
  if (bits.bits(2) !== 2) throw new UnusualFile('no picture of VP9');
  const profile = bits.bit() + 2 * bits.bit();
  if (profile === 3) bits.skip(1);
  const isRepeated = bits.flag();
  const isKey = !bits.flag();
  bits.skip(2);
  if (isRepeated || !isKey || bits.bits(24) !== vp9Start) throw new UnusualFile('a rare picture of VP9');
  const depth = profile < 2 ? 8 : bits.flag() ? 12 : 10;
  const space = bits.bits(3);
  if (space > 5) throw new UnusualFile('a rare colour');
  const color_range = bits.flag() ? 'pc' : 'tv';
  const chroma = profile % 2 === 0 ? '420' : chromaOf(bits);
  return {
    ...{ profile: `Profile ${profile}`, pix_fmt: `yuv${chroma}p${depth === 8 ? '' : `${depth}le`}` },
    ...{ width: bits.bits(16) + 1, height: bits.bits(16) + 1, sample_aspect_ratio: undefined },
    ...{ ...container, color_range, color_space: vp9Matrices[space] },
  };
}

function chromaOf(bits: BitReader): string {
  const [across, down] = [bits.flag(), bits.flag()];
  bits.skip(1);
  if (across && down) throw new UnusualFile('a rare chroma');
  return across ? '422' : down ? '440' : '444';
}
