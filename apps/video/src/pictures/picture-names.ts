/** Names of the pictures of a source: equal wishes have equal names, so that each picture is made once. */
import { stemOf, type storyboardParts } from '#contracts';
import { sizeForWidth } from '../media/video-filters.ts';
import type { VideoStream } from '../media/video-info.ts';
import type { PictureFormat, ThumbnailRequest } from './thumbnail.ts';

export type StoryboardPart = (typeof storyboardParts)[number];

/** Width of a picture for which none is asked. */
const usualWidthPx = 1_280;
/** A larger one takes too long to encode while somebody waits. */
const avifMaxWidthPx = 1_280;

export interface PictureWish {
  readonly timeSeconds: number;
  readonly widthPx?: number | undefined;
  readonly format: PictureFormat;
}

/** Times are whole milliseconds; the width is that of the result, at most that of the source. */
export function thumbnailRequest(video: VideoStream, { timeSeconds, widthPx = usualWidthPx, format }: PictureWish): ThumbnailRequest {
  const wanted = format === 'avif' ? Math.min(widthPx, avifMaxWidthPx) : widthPx;
  return { timeSeconds: Math.round(1_000 * timeSeconds) / 1_000, widthPx: sizeForWidth(video, wanted).widthPx, format };
}

export const thumbnailName = ({ timeSeconds, widthPx, format }: ThumbnailRequest): string =>
  `thumbnail ${Math.round(1_000 * timeSeconds)} ms ${widthPx} px ${format}`;

export const storyboardName = (part: StoryboardPart): string => `storyboard ${part}`;

export const previewName = 'preview webp';

export const extensionOf: Readonly<Record<PictureFormat, string>> = { jpeg: 'jpg', webp: 'webp', avif: 'avif' };

/** `holiday.mp4` → `holiday-poster.jpg`. */
export const pictureFileName = (fileName: string, what: string, extension: string): string => `${stemOf(fileName)}-${what}.${extension}`;
