/** The picture of a clip in a size that is not that of the video. */
import type { ClipPreset, clipBackgrounds } from '#contracts';
import { filter, filterChain } from '#media';
import { type PictureSize, pictureFilters, webVideoTarget } from '../media/video-filters.ts';
import type { VideoStream } from '../media/video-info.ts';

export interface ClipLayout extends PictureSize {
  readonly background: (typeof clipBackgrounds)[number];
}

const sizes: Readonly<Record<ClipPreset, PictureSize>> = { 'social-vertical': { widthPx: 1_080, heightPx: 1_920 } };

/** @returns null: the size of the video */
export const layoutOf = ({
  preset,
  background = 'blurred',
}: {
  preset?: ClipPreset | undefined;
  background?: ClipLayout['background'] | undefined;
}): ClipLayout | null => (preset ? { ...sizes[preset], background } : null);

/** Side of the blurred background before it is enlarged, in relation to the frame: blur is cheap there. */
const blurScale = 1 / 10;
const blurSigma = 4;

/** The whole picture in the middle of the frame, as large as it fits; it is enlarged where it is smaller. */
export function layoutFilters(video: VideoStream, { widthPx, heightPx, background }: ClipLayout): string {
  const fitted = pictureFilters(video, fittedSize(video, { widthPx, heightPx }), webVideoTarget);
  if (background === 'black') {
    const middle = 'x=(ow-iw)/2:y=(oh-ih)/2';
    return filterChain(...fitted, `pad=w=${widthPx}:h=${heightPx}:${middle}:color=black`);
  }
  const [w, h] = [Math.round(widthPx * blurScale), Math.round(heightPx * blurScale)];
  const cover = filterChain(
    filter('scale', { w, h, force_original_aspect_ratio: ':increase' }),
    filter('crop', { w, h }),
    filter('gblur', { sigma: blurSigma }),
    filter('eq', { brightness: -0.1 }),
    filter('scale', { w: widthPx, h: heightPx, flags: ':bicubic' }),
    filter('setsar', { sar: 1 }),
  );
  return `${filterChain(...fitted, 'split[whole][cover]')};[cover]${cover}[behind];[behind][whole]overlay=x=(W-w)/2:y=(H-h)/2`;
}

function fittedSize({ displayWidthPx, displayHeightPx }: VideoStream, frame: PictureSize): PictureSize {
  const scale = Math.min(frame.widthPx / displayWidthPx, frame.heightPx / displayHeightPx);
  const even = (px: number) => Math.max(2, 2 * Math.round((px * scale) / 2));
  return { widthPx: Math.min(frame.widthPx, even(displayWidthPx)), heightPx: Math.min(frame.heightPx, even(displayHeightPx)) };
}
