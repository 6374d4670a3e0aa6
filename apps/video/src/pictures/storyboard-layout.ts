/** Times and places of the pictures of a storyboard. */
import type { PictureSize } from '../media/video-filters.ts';

export interface StoryboardLayout {
  readonly durationSeconds: number;
  /** Whole milliseconds. */
  readonly intervalSeconds: number;
  readonly tileCount: number;
  readonly tile: PictureSize;
  /** At most as many as there are tiles. */
  readonly columns: number;
  readonly rows: number;
  readonly sheetCount: number;
}

export interface LayoutOptions {
  readonly minIntervalSeconds?: number;
  readonly maxTiles?: number;
  readonly columns?: number;
  readonly rows?: number;
}

/** @throws RangeError when an option is out of its range */
export function storyboardLayout(durationSeconds: number, tile: PictureSize, options: LayoutOptions): StoryboardLayout {
  const minIntervalSeconds = inRange('minIntervalSeconds', options.minIntervalSeconds ?? 1, 0.1, 3_600);
  const maxTiles = inRange('maxTiles', options.maxTiles ?? 100, 1, 1_000);
  inRange('tile width', tile.widthPx, 2, 640);
  const intervalSeconds = Math.ceil(1_000 * Math.max(minIntervalSeconds, durationSeconds / maxTiles)) / 1_000;
  const tileCount = Math.max(1, Math.ceil(durationSeconds / intervalSeconds - 1e-9));
  const columns = Math.min(tileCount, Math.floor(inRange('columns', options.columns ?? 5, 1, 20)));
  const rows = Math.min(Math.ceil(tileCount / columns), Math.floor(inRange('rows', options.rows ?? 5, 1, 20)));
  return { durationSeconds, intervalSeconds, tileCount, tile, columns, rows, sheetCount: Math.ceil(tileCount / (columns * rows)) };
}

function inRange(name: string, value: number, least: number, most: number): number {
  if (!(value >= least && value <= most)) throw new RangeError(`${name} lies outside [${least}, ${most}]: ${value}`);
  return value;
}

/**
 * One cue per tile: contiguous, the first from 0, the last to the end. Positions begin again at 0,0 on each sheet.
 *
 * @param sheetName name or address of a sheet, from 0
 * @see https://www.w3.org/TR/webvtt1/, https://www.w3.org/TR/media-frags/ (xywh)
 */
export function storyboardVtt(layout: StoryboardLayout, sheetName: (index: number) => string): string {
  const cues = Array.from({ length: layout.tileCount }, (_, index) => {
    const start = index * layout.intervalSeconds;
    const isLast = index === layout.tileCount - 1;
    const end = isLast ? Math.max(layout.durationSeconds, start + 0.001) : start + layout.intervalSeconds;
    return `${timestamp(start)} --> ${timestamp(end)}\n${placeOf(layout, index, sheetName)}\n`;
  });
  return `WEBVTT\n\n${cues.join('\n')}`;
}

function placeOf({ columns, rows, tile }: StoryboardLayout, index: number, sheetName: (index: number) => string): string {
  const perSheet = columns * rows;
  const onSheet = index % perSheet;
  const x = (onSheet % columns) * tile.widthPx;
  const y = Math.floor(onSheet / columns) * tile.heightPx;
  return `${sheetName(Math.floor(index / perSheet))}#xywh=${x},${y},${tile.widthPx},${tile.heightPx}`;
}

/** `HH:MM:SS.mmm` */
function timestamp(seconds: number): string {
  const milliseconds = Math.round(1_000 * seconds);
  const part = (unitMs: number, most: number, digits: number) => String(Math.floor(milliseconds / unitMs) % most).padStart(digits, '0');
  return `${part(3_600_000, 1_000, 2)}:${part(60_000, 60, 2)}:${part(1_000, 60, 2)}.${part(1, 1_000, 3)}`;
}
