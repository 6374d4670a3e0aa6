/** Storyboards: small pictures of the whole length on sprite sheets, with a WebVTT file that says where each one lies. */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { encodeFfmpeg, filter, filterChain } from '#media';
import { undecodable } from '../media/video-failures.ts';
import { jpegTarget, type PictureSize, pictureFilters, sizeForWidth } from '../media/video-filters.ts';
import type { VideoInfo } from '../media/video-info.ts';
import { type PictureOptions, pictureRun } from './picture-run.ts';
import { type StoryboardLayout, storyboardLayout, storyboardVtt } from './storyboard-layout.ts';

export interface StoryboardRequest {
  /** Existing folder for the sheets. */
  readonly folder: string;
  /** In [16, 640]; default 160. */
  readonly tileWidthPx?: number;
  /** At least this time between pictures; default 1 s. */
  readonly minIntervalSeconds?: number;
  /** In [1, 1000]; default 100. */
  readonly maxTiles?: number;
  /** Tiles side by side and one below the other; default 5 each. */
  readonly columns?: number;
  readonly rows?: number;
}

export interface Storyboard extends StoryboardLayout {
  readonly sheets: readonly { readonly name: string; readonly sizeBytes: number }[];
  readonly vtt: string;
}

/** A longer video is decoded at its key frames only. */
const wholeDecodeSeconds = 60;

/**
 * @param path absolute path of the file that `info` describes
 * @throws RangeError when an option is out of its range; ToolFailure `media-undecodable`, `cancelled`, `deadline-exceeded`
 */
export async function makeStoryboard(
  path: string,
  info: VideoInfo,
  request: StoryboardRequest,
  options: PictureOptions,
): Promise<Storyboard> {
  const { durationSeconds } = info;
  if (durationSeconds === null) throw undecodable('The duration of the video is not known.');
  const tile = sizeForWidth(info.video, request.tileWidthPx ?? 160);
  const layout = storyboardLayout(durationSeconds, tile, request);
  const outputs = [
    '-vf',
    sheetFilters(info, tile, layout),
    '-c:v',
    'mjpeg',
    '-q:v',
    '4',
    '-f',
    'image2',
    '-start_number',
    '0',
    'sheet-%03d.jpg',
  ];
  const inputOptions = durationSeconds > wholeDecodeSeconds ? ['-skip_frame', 'nokey'] : [];
  await encodeFfmpeg(pictureRun(path, info, options, { inputOptions, outputs, folder: request.folder }));
  const names = Array.from({ length: layout.sheetCount }, (_, index) => sheetName(index));
  const sheets = await Promise.all(names.map(async (name) => ({ name, sizeBytes: (await stat(join(request.folder, name))).size })));
  return { ...layout, sheets, vtt: storyboardVtt(layout, sheetName) };
}

const sheetName = (index: number) => `sheet-${String(index).padStart(3, '0')}.jpg`;

/** The last picture is repeated as often as needed and cut to the exact count, so that the last tile exists whatever the last frames are. */
function sheetFilters(info: VideoInfo, tile: PictureSize, { intervalSeconds, tileCount, columns, rows }: StoryboardLayout): string {
  const rate = { numerator: 1_000, denominator: Math.round(1_000 * intervalSeconds) };
  return filterChain(
    filter('fps', { fps: rate, start_time: 0 }),
    filter('tpad', { stop_mode: ':clone', stop: tileCount }),
    filter('trim', { end_frame: tileCount }),
    ...pictureFilters(info.video, tile, jpegTarget),
    `tile=layout=${columns}x${rows}`,
  );
}
