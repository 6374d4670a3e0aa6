/** A caption file, from its bytes to the files that are kept of it. */
import { type CaptionWarning, captionWarnings, decodeText } from '#contracts';
import { toSubRip, toWebVtt } from './cues.ts';
import { type CaptionFault, type CaptionFormat, parseCaptions } from './parse-captions.ts';

export interface ReadCaptionsInput {
  readonly bytes: Uint8Array;
  /** Of the video; null where it is not known. */
  readonly durationSeconds: number | null;
}

export interface CaptionFiles {
  readonly format: CaptionFormat;
  readonly cueCount: number;
  readonly warnings: readonly CaptionWarning[];
  readonly vtt: string;
  readonly srt: string;
}

/** Faults, or the files. */
export type ReadResult = { readonly faults: readonly CaptionFault[] } | CaptionFiles;

const noText = 'The file is no text in UTF-8, UTF-16 with a byte order mark, or Windows-1252.';

export function readCaptions({ bytes, durationSeconds }: ReadCaptionsInput): ReadResult {
  const decoded = decodeText(bytes);
  if (!decoded) return { faults: [{ line: 1, detail: noText }] };
  const { format, cues, warnings, faults } = parseCaptions(decoded.text);
  if (faults.length > 0) return { faults };
  const found = new Set<CaptionWarning>(warnings);
  if (decoded.encoding === 'windows-1252') found.add('encoding-guessed');
  if (durationSeconds !== null && cues.some(({ endMs }) => endMs > 1_000 * durationSeconds + toleranceMs)) found.add('cues-beyond-end');
  return {
    ...{ format, cueCount: cues.length, warnings: captionWarnings.filter((code) => found.has(code)) },
    ...{ vtt: toWebVtt(cues), srt: toSubRip(cues) },
  };
}

/** Editors round the last cue to the end of a frame. */
const toleranceMs = 500;
