/** Cues of captions, and their two file formats as we write them. */
import { subRipText } from './cue-markup.ts';

export interface Cue {
  /** Whole milliseconds from the beginning of the video. */
  readonly startMs: number;
  /** Above `startMs`. */
  readonly endMs: number;
  /** Cue settings of WebVTT, e.g. `line:0 align:start`; empty without any. */
  readonly settings: string;
  /** Cue text of WebVTT, without empty lines. */
  readonly text: string;
}

/**
 * WebVTT without styles, regions, notes and identifiers. The second line says that cues count from the first time stamp of the stream, which HLS wants
 * to be told; other readers pass over it.
 *
 * @see https://www.w3.org/TR/webvtt1/, RFC 8216 §3.5
 */
export const toWebVtt = (cues: readonly Cue[]): string =>
  ['WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:0,LOCAL:00:00:00.000', ...cues.map(webVttCue)].join('\n\n').concat('\n');

const webVttCue = ({ startMs, endMs, settings, text }: Cue): string =>
  `${timestamp(startMs, '.')} --> ${timestamp(endMs, '.')}${settings === '' ? '' : ` ${settings}`}\n${text}`;

/** SubRip, numbered from 1, with CRLF as players of that format expect. */
export const toSubRip = (cues: readonly Cue[]): string =>
  cues
    .map(({ startMs, endMs, text }, at) => `${at + 1}\n${timestamp(startMs, ',')} --> ${timestamp(endMs, ',')}\n${subRipText(text)}\n`)
    .join('\n')
    .replaceAll('\n', '\r\n');

/** `HH:MM:SS.mmm`; more than two digits of hours from 100 hours on. */
function timestamp(milliseconds: number, point: '.' | ','): string {
  const part = (unitMs: number, most: number, digits: number) => String(Math.floor(milliseconds / unitMs) % most).padStart(digits, '0');
  return `${part(3_600_000, 1_000, 2)}:${part(60_000, 60, 2)}:${part(1_000, 60, 2)}${point}${part(1, 1_000, 3)}`;
}
