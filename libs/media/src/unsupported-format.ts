/** Names the format of a refused file, so that the user knows what to convert. */
import { Failure } from '#contracts/plain';
import { asText } from './playlist-detection.ts';

const supported =
  'WAV, RF64, W64, AIFF, AU, CAF, FLAC, Ogg (Vorbis, Opus, FLAC, Speex), MP3, AAC, AC-3, E-AC-3, MP4 and M4A (AAC, ALAC), Matroska and WebM, WMA, WavPack, True Audio (TTA)';

/** @param format name for the error message, e.g. `Musepack` */
export const unsupportedFormat = (format: string): Failure =>
  new Failure('media-not-audio', `Unsupported audio format: ${format}. Supported: ${supported}.`);

/** Signatures at the beginning that `file-type` does not know or names only by a MIME type. */
const signatures: readonly (readonly [signature: string, format: string])[] = [
  ['TTA2', 'True Audio (TTA)'],
  ['MAC ', "Monkey's Audio"],
  ['MPCK', 'Musepack'],
  ['MP+', 'Musepack'],
  ['\x30\x26\xb2\x75\x8e\x66\xcf\x11', 'ASF (WMA, WMV)'],
  ['#!AMR', 'AMR'],
  ['MThd', 'MIDI'],
  ['DSD ', 'DSD'],
  ['FRM8', 'DSD'],
  ['OFR ', 'OptimFROG'],
  ['tBaK', 'TAK'],
  ['.RMF', 'RealMedia'],
  ['.ra\xfd', 'RealAudio'],
];

/** @param head the first kilobytes of the file */
export async function formatName(head: Buffer): Promise<string> {
  const signed = signatures.find(([signature]) => head.toString('latin1', 0, signature.length) === signature);
  if (signed) return signed[1];
  const { fileTypeFromBuffer } = await import('file-type');
  const known = await fileTypeFromBuffer(head).catch(() => undefined);
  return known?.mime ?? (asText(head) === undefined ? 'unknown' : 'plain text');
}
