/** Filters that bring any accepted video to square pixels, the wanted size and SDR. ffmpeg itself applies the rotation before the first filter. */
import { type FilterValue, type Fraction, filter } from '#media';
import type { VideoStream } from './video-info.ts';

export interface PictureSize {
  readonly widthPx: number;
  readonly heightPx: number;
}

/** Where the pictures go: pixel format, matrix of RGB to YCbCr and range. */
export interface PictureTarget {
  readonly pixelFormat: ':yuv420p' | ':yuvj420p' | ':yuv410p' | ':gray';
  readonly matrix: ':bt601' | ':bt709';
  readonly range: ':tv' | ':pc';
}

/** JFIF: BT.601, full range. */
export const jpegTarget: PictureTarget = { pixelFormat: ':yuvj420p', matrix: ':bt601', range: ':pc' };
/** Lossy WebP (RFC 6386 §9.2): BT.601, limited range. */
export const webpTarget: PictureTarget = { pixelFormat: ':yuv420p', matrix: ':bt601', range: ':tv' };
/** H.264 for the web. */
export const webVideoTarget: PictureTarget = { pixelFormat: ':yuv420p', matrix: ':bt709', range: ':tv' };
/** Luma from 0 to 255, for measurements. */
export const lumaTarget: PictureTarget = { pixelFormat: ':gray', matrix: ':bt601', range: ':pc' };

/** `area` takes half the time of `bicubic`, and is for pictures that are measured, not looked at. */
export type Scaler = ':bicubic' | ':area';

/** Deinterlaces where needed, scales, maps HDR to SDR and sets square pixels. */
export function pictureFilters(
  video: VideoStream,
  { widthPx, heightPx }: PictureSize,
  target: PictureTarget,
  scaler: Scaler = ':bicubic',
): string[] {
  const size = { w: widthPx, h: heightPx };
  const output = { out_color_matrix: target.matrix, out_range: target.range };
  const in_color_matrix: FilterValue = video.isHdr ? ':auto' : sourceMatrix(video); // after tone mapping it is RGB, which has none
  const scaled = filter('scale', { ...size, flags: scaler, in_color_matrix, ...output });
  return [
    ...(video.isInterlaced ? [filter('bwdif', { mode: ':send_frame', deint: ':all' })] : []),
    ...(video.isHdr ? [filter('scale', { ...size, flags: scaler }), ...toneMapping(video), scaled] : [scaled]),
    filter('format', { pix_fmts: target.pixelFormat }),
    filter('setsar', { sar: 1 }),
  ];
}

/** Files that do not say their matrix use BT.709 from 720 lines on, BT.601 below. */
function sourceMatrix({ color, heightPx }: VideoStream): `:${string}` {
  if (color.matrix !== null) return ':auto';
  return heightPx >= 720 ? ':bt709' : ':bt601';
}

/**
 * PQ or HLG to BT.709 in RGB. Primaries and matrix are BT.2020 by definition where the file does not say them. 100 cd/m² becomes white of SDR before the
 * curve of Hable compresses what is brighter.
 *
 * @see ITU-R BT.2100 (PQ, HLG)
 */
const toneMapping = ({ color }: VideoStream): string[] => [
  `zscale=transferin=${color.transfer === 'arib-std-b67' ? 'arib-std-b67' : 'smpte2084'}:primariesin=bt2020:matrixin=bt2020nc:transfer=linear:npl=100`,
  filter('format', { pix_fmts: ':gbrpf32le' }),
  filter('zscale', { primaries: ':bt709' }),
  filter('tonemap', { tonemap: ':hable', desat: 0 }),
  filter('zscale', { transfer: ':bt709' }),
  filter('format', { pix_fmts: ':gbrp' }),
];

/** The largest size with this short side that keeps the shape; both sides are even. */
export function sizeForShortSide({ displayWidthPx, displayHeightPx }: VideoStream, shortSidePx: number): PictureSize {
  const scale = Math.min(1, shortSidePx / Math.min(displayWidthPx, displayHeightPx));
  return { widthPx: even(displayWidthPx * scale), heightPx: even(displayHeightPx * scale) };
}

/** The size with this width that keeps the shape, at most the size of the source; both sides are even. */
export function sizeForWidth({ displayWidthPx, displayHeightPx }: VideoStream, widthPx: number): PictureSize {
  const scale = Math.min(1, widthPx / displayWidthPx);
  return { widthPx: even(displayWidthPx * scale), heightPx: even(displayHeightPx * scale) };
}

/** Rounds down, so that an odd source is never enlarged; at least 2. */
const even = (px: number) => Math.max(2, 2 * Math.floor(px / 2 + 1e-6));

/** Exact frame rate from time 0 on: frames are repeated or dropped, so that a variable rate stays in sync with the sound. */
export const constantRate = (rate: Fraction): string => filter('fps', { fps: rate, start_time: 0 });
