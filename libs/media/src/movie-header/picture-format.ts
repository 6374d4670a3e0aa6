/** What a parameter set says of all pictures, in the names of ffprobe; and the part of it that H.264 and HEVC have in common. */
import type { ProbedStream } from '../ffprobe.ts';
import type { BitReader } from './bit-reader.ts';

/** Undefined: the bits do not say it. */
export type PictureFormat = Pick<
  ProbedStream,
  'profile' | 'pix_fmt' | 'width' | 'height' | 'sample_aspect_ratio' | 'color_range' | 'color_primaries' | 'color_transfer' | 'color_space'
>;

export type ColorFormat = Pick<ProbedStream, 'color_range' | 'color_primaries' | 'color_transfer' | 'color_space'>;

/** A file that this reader does not describe exactly as ffprobe does. */
export class UnusualFile extends RangeError {}

/** Sample aspect ratios of index 1 to 16. @see ITU-T H.273 table 11 */
const aspects = '1:1 12:11 10:11 16:11 40:33 24:11 20:11 32:11 80:33 18:11 15:11 64:33 160:99 4:3 3:2 2:1'.split(' ');

/** `aspect_ratio_info` of a VUI, behind its presence flag. */
export function readAspect(bits: BitReader): string | undefined {
  const index = bits.bits(8);
  return index === 255 ? `${bits.bits(16)}:${bits.bits(16)}` : aspects[index - 1];
}

/** `video_signal_type` of a VUI, behind its presence flag. */
export function readColor(bits: BitReader): ColorFormat {
  bits.skip(3);
  const color_range = bits.flag() ? 'pc' : 'tv';
  return { color_range, ...(bits.flag() && colorNames(bits.bits(8), bits.bits(8), bits.bits(8))) };
}

/** @see ITU-T H.273 tables 2, 3 and 4 @throws UnusualFile for a value that is rare */
export const colorNames = (primaries: number, transfer: number, matrix: number): ColorFormat => ({
  color_primaries: named(primaryNames, primaries),
  color_transfer: named(transferNames, transfer),
  color_space: named(matrixNames, matrix),
});

function named(names: Readonly<Record<number, string | undefined>>, value: number): string | undefined {
  if (value in names) return names[value];
  throw new UnusualFile(`a rare colour: ${value}`);
}

const primaryNames = { 1: 'bt709', 2: undefined, 5: 'bt470bg', 6: 'smpte170m', 9: 'bt2020', 12: 'smpte432' };
const transferNames = {
  ...{ 1: 'bt709', 2: undefined, 4: 'bt470m', 5: 'bt470bg', 6: 'smpte170m', 8: 'linear', 13: 'iec61966-2-1' },
  ...{ 14: 'bt2020-10', 15: 'bt2020-12', 16: 'smpte2084', 18: 'arib-std-b67' },
};
const matrixNames = { 1: 'bt709', 2: undefined, 5: 'bt470bg', 6: 'smpte170m', 9: 'bt2020nc' };

const chromas = ['gray', 'yuv420p', 'yuv422p', 'yuv444p'] as const;

/** @param isFullRange ffmpeg has names of their own for 8 bits of full range @throws UnusualFile for other bit depths */
export function pixelFormat(chroma: number, lumaBits: number, chromaBits: number, isFullRange: boolean): string {
  const name = chromas[chroma];
  if (name === undefined || name === 'gray' || lumaBits !== chromaBits || ![8, 10].includes(lumaBits))
    throw new UnusualFile(`a rare pixel format: ${chroma}, ${lumaBits} bits`);
  if (lumaBits === 10) return `${name}10le`;
  return isFullRange ? name.replace('yuv', 'yuvj') : name;
}
