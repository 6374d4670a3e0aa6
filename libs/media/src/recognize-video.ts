/** From bytes to a container that can hold video. Nothing is decoded and ffmpeg is not asked. */
import { Failure } from '#contracts/plain';
import { type BoxReader, hasExternalReferences, hasIndexAtEnd, hasProtectedTrack } from './containers/mp4-boxes.ts';
import { truncationChecks } from './containers/truncation-check.ts';
import { containerBySignature, demuxerOf } from './detect-container.ts';
import { ParsingBudget } from './parsing-budget.ts';
import { referencesOtherFiles } from './playlist-detection.ts';
import type { RandomAccess } from './random-access.ts';
import type { Declared } from './recognize-container.ts';
import { formatName } from './unsupported-format.ts';

export const videoContainers = ['mp4', 'matroska', 'ogg', 'avi', 'flv', 'mpegts'] as const;
export type VideoContainer = (typeof videoContainers)[number];

export interface RecognizedVideo {
  readonly container: VideoContainer;
  /** The only demuxer of ffmpeg that may open the file. */
  readonly demuxer: string;
  /** What the file lacks, as the end of a sentence, when it is shorter than its container declares. */
  readonly missing: string | undefined;
  /** The table of contents comes behind the media data. */
  readonly hasIndexAtEnd: boolean;
  /** A track is encrypted. */
  readonly isProtected: boolean;
}

/** A file whose container holds no video. */
export interface UnrecognizedVideo {
  readonly container: undefined;
  /** Name of the detected format for the error message. */
  readonly format: string;
}

const headBytes = 64 << 10;

/**
 * Name and type given by the client are ignored, except that a text with the name of a playlist is refused as unsafe.
 *
 * @throws Failure `media-empty`; `media-unsafe` when the file refers to others; `media-undecodable` when it has more parts than `budget` allows
 */
export async function recognizeVideo(
  file: RandomAccess,
  declared: Declared = {},
  budget = new ParsingBudget(),
): Promise<RecognizedVideo | UnrecognizedVideo> {
  if (file.sizeBytes === 0) throw new Failure('media-empty', 'The file is empty.');
  const head = await file.read(0, headBytes);
  const container = videoContainerOf(head);
  if (container !== undefined) return describe(container, { file, budget });
  const isPlaylistName = /\.(?:m3u8?|mpd|pls|sdp|smil?|svg|xspf)$/i.test(declared.name ?? '');
  const isText = (format: string) => format === 'plain text';
  const format = containerBySignature(head) ?? (await formatName(head));
  if (referencesOtherFiles(head) || (isPlaylistName && isText(format))) throw unsafe();
  return { container: undefined, format };
}

const unsafe = () => new Failure('media-unsafe', 'The file refers to other files or addresses. Send the video itself.');

/** @param head the first kilobytes of the file */
export function videoContainerOf(head: Buffer): VideoContainer | undefined {
  const is = (mark: string, at = 0) => head.toString('latin1', at, at + mark.length) === mark;
  if (is('RIFF') && is('AVI ', 8)) return 'avi';
  if (is('FLV\x01')) return 'flv';
  if (isTransportStream(head)) return 'mpegts';
  const other = containerBySignature(head);
  return other === 'mp4' || other === 'matroska' || other === 'ogg' ? other : undefined;
}

/** Four packets in a row begin with the sync byte: of 188 bytes, or of 192 with a time stamp in front (M2TS). @see ISO/IEC 13818-1 §2.4.3.2 */
const isTransportStream = (head: Buffer): boolean =>
  [
    [0, 188],
    [4, 192],
  ].some(([first, size]) => head.length > first! + 3 * size! && [0, 1, 2, 3].every((index) => head[first! + index * size!] === 0x47));

async function describe(container: VideoContainer, reader: BoxReader): Promise<RecognizedVideo> {
  const { file, budget } = reader;
  const range = { start: 0, end: file.sizeBytes };
  if (container === 'mp4' && (await hasExternalReferences(reader, range))) throw unsafe();
  if (container === 'avi') return { ...simple(container), missing: missingFromAvi(await file.read(0, 8), file.sizeBytes) };
  if (container === 'flv' || container === 'mpegts') return simple(container);
  return {
    ...{ container, demuxer: demuxerOf[container], missing: await truncationChecks[container](file, range, budget) },
    hasIndexAtEnd: container === 'mp4' && (await hasIndexAtEnd(reader, range)),
    isProtected: container === 'mp4' && (await hasProtectedTrack(reader, range)),
  };
}

const simple = (container: 'avi' | 'flv' | 'mpegts'): RecognizedVideo => ({
  ...{ container, demuxer: container, missing: undefined, hasIndexAtEnd: false, isProtected: false },
});

/** The first RIFF chunk must end inside the file; 0 and values near 4 GiB are left by recorders that did not finish. */
function missingFromAvi(head: Buffer, sizeBytes: number): string | undefined {
  const declared = head.readUInt32LE(4);
  const over = declared + 8 - sizeBytes;
  return declared > 0 && declared < 0x7fff0000 && over > 0 ? `${over} bytes are missing` : undefined;
}
