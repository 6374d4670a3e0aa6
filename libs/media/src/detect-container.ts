/** Detects the container of a file from its bytes alone, not from its name or declared type. */
import { adtsFrame } from './containers/adts.ts';
import { dolbyContainer } from './containers/dolby.ts';
import { firstFrameAt } from './containers/frame-stream.ts';
import { mpegFrame } from './containers/mpeg-audio.ts';
import type { ParsingBudget } from './parsing-budget.ts';

export const containers = [
  ...(['wav', 'w64', 'aiff', 'au', 'caf', 'flac', 'ogg', 'mp3', 'aac', 'mp4', 'matroska'] as const),
  ...(['asf', 'ac3', 'eac3', 'wavpack', 'tta'] as const),
] as const;
export type Container = (typeof containers)[number];

const startsWith = (head: Buffer, mark: string, at = 0) => head.toString('latin1', at, at + mark.length) === mark;

/** Boxes that files begin with; `ftyp` came with ISO/IEC 14496-12, older QuickTime files begin with any of the others. */
const firstBoxes = ['ftyp', 'moov', 'mdat', 'wide', 'free', 'skip', 'pnot', 'styp'];

/** Detects a container by its signature. @param head the first kilobytes behind any ID3v2 tag */
export function containerBySignature(head: Buffer): Container | undefined {
  const is = (mark: string, at = 0) => startsWith(head, mark, at);
  if ((is('RIFF') || is('RF64') || is('BW64')) && is('WAVE', 8)) return 'wav';
  if (is('riff\x2e\x91\xcf\x11')) return 'w64';
  if (is('FORM') && (is('AIFF', 8) || is('AIFC', 8))) return 'aiff';
  if (is('.snd')) return 'au';
  if (is('caff\0\x01')) return 'caf';
  if (is('fLaC')) return 'flac';
  if (is('OggS\0')) return 'ogg';
  if (is('\x1a\x45\xdf\xa3')) return 'matroska';
  if (is('\x30\x26\xb2\x75\x8e\x66\xcf\x11\xa6\xd9\x00\xaa\x00\x62\xce\x6c')) return 'asf';
  if (is('wvpk')) return 'wavpack';
  if (is('TTA1')) return 'tta';
  return firstBoxes.some((type) => is(type, 4)) && !isPicture(head) ? 'mp4' : undefined;
}

/** HEIF and AVIF pictures share the boxes of MP4. */
const isPicture = (head: Buffer) =>
  /^(?:avif|avis|heic|heix|heim|heis|hevc|hevx|mif1|msf1|crx )$/.test(head.toString('latin1', 8, 12)) && startsWith(head, 'ftyp', 4);

/**
 * MPEG audio, ADTS and AC-3 have no reliable signature, so several frames must follow each other. The format whose frames start earlier is chosen.
 *
 * @param head the first 64 kB behind any ID3v2 tag, or the whole file
 * @param isWhole whether `head` reaches to the end of the file
 */
export function containerByFrames(head: Buffer, isWhole: boolean, budget: ParsingBudget): Container | undefined {
  const dolby = dolbyContainer(head, isWhole, budget);
  if (dolby) return dolby;
  const mp3At = firstFrameAt(head, mpegFrame, isWhole, budget) ?? Number.POSITIVE_INFINITY;
  const aacAt = firstFrameAt(head, adtsFrame, isWhole, budget) ?? Number.POSITIVE_INFINITY;
  if (mp3At === aacAt) return undefined;
  return mp3At < aacAt ? 'mp3' : 'aac';
}

/** ffmpeg's name of the container: the only demuxer that may open such a file. */
export const demuxerOf: Readonly<Record<Container, string>> = {
  ...{ wav: 'wav', w64: 'w64', aiff: 'aiff', au: 'au', caf: 'caf', flac: 'flac', ogg: 'ogg', mp3: 'mp3', aac: 'aac' },
  ...{ mp4: 'mov', matroska: 'matroska', asf: 'asf', ac3: 'ac3', eac3: 'eac3', wavpack: 'wv', tta: 'tta' },
};
