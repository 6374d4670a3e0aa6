/** The tags of a rendition: those of its source, with loudness tags that are true for the rendition. Pure. */

import type { AudioFormat } from '#contracts';
import type { Tags } from '#media';

export type TagList = readonly (readonly [name: string, value: string])[];

const maxTags = 200;
const maxValueLength = 16_384;

/** What describes the container or the encoder of the source, and would be wrong in another file. */
const ofTheFile =
  /^(?:encoder|encoded_by|encoding_settings|major_brand|minor_version|compatible_brands|handler_name|vendor_id|language|duration|itunsmpb|itunnorm|tsse|tlen|lame.*|metadata_block_picture|coverart.*|waveformatextensible_channel_mask|_statistics.*|number_of_(?:bytes|frames)|bps|creation_time)(?:-.+)?$/i;
const ofLoudness = /^(?:replaygain_|r128_)/i;

/**
 * @param raw tags as ffprobe prints them; a later list does not replace an earlier one
 * @param clean the known tags, repaired; they replace the raw ones
 * @returns bounded; names without a repetition
 */
export function keptTags(raw: readonly Readonly<Record<string, string>>[], clean: Tags): TagList {
  const tags = new Map<string, readonly [string, string]>();
  for (const [name, value] of Object.entries(clean)) tags.set(name, [name, value]);
  for (const [name, value] of raw.flatMap((one) => Object.entries(one))) {
    const key = name.toLowerCase();
    if (tags.has(key) || ofTheFile.test(name) || ofLoudness.test(name) || !isKeepable(name, value)) continue;
    tags.set(key, [name, value]);
  }
  return [...tags.values()].slice(0, maxTags);
}

/** Text that was not decoded is left out, and names that no format can hold (Vorbis comments: printable ASCII but `=`). */
const isKeepable = (name: string, value: string) =>
  /^[\x20-\x3c\x3e-\x7d]{1,64}$/.test(name) &&
  value.length <= maxValueLength &&
  value !== '' &&
  !value.includes('\ufffd') &&
  !value.includes('\0');

/** Loudness as ReplayGain 2.0 tags hold it: the gain brings the track to -18 LUFS. */
export interface TrackGain {
  readonly gainDb: number;
  /** Highest sample, 1 is full scale; null where it is not known. */
  readonly peak: number | null;
}

export const replayGainReferenceLufs = -18;
/** R128 gains of Opus refer to -23 LUFS (RFC 7845 §5.2.1). */
const opusReferenceDb = 5;

/** The gain that the source's own tags declare; undefined without one. */
export function declaredGain(raw: readonly Readonly<Record<string, string>>[]): TrackGain | undefined {
  const value = (wanted: string) => raw.flatMap((one) => Object.entries(one)).find(([name]) => name.toLowerCase() === wanted)?.[1];
  const peak = Number.parseFloat(value('replaygain_track_peak') ?? '');
  const knownPeak = Number.isFinite(peak) && peak >= 0 && peak < 100 ? peak : null;
  const gain = Number.parseFloat(value('replaygain_track_gain') ?? '');
  if (isGain(gain)) return { gainDb: gain, peak: knownPeak };
  const r128 = Number.parseInt(value('r128_track_gain') ?? '', 10) / 256;
  return isGain(r128) ? { gainDb: r128 + opusReferenceDb, peak: null } : undefined;
}

const isGain = (gain: number) => Number.isFinite(gain) && Math.abs(gain) <= 100;

/** `R128_TRACK_GAIN` for Opus, `REPLAYGAIN_…` for the others; WAV has no place for either. */
export function gainTags({ gainDb, peak }: TrackGain, format: AudioFormat): TagList {
  if (format === 'wav') return [];
  if (format === 'opus') return [['R128_TRACK_GAIN', String(Math.round((gainDb - opusReferenceDb) * 256))]];
  const gain = [['REPLAYGAIN_TRACK_GAIN', `${gainDb.toFixed(2)} dB`]] as const;
  return peak === null ? gain : [...gain, ['REPLAYGAIN_TRACK_PEAK', peak.toFixed(6)]];
}

/** A file of tags as ffmpeg's demuxer `ffmetadata` reads it: `=`, `;`, `#`, `\` and line ends are escaped. */
export const tagFile = (tags: TagList): string =>
  [';FFMETADATA1', ...tags.map(([name, value]) => `${escaped(name)}=${escaped(value)}`), ''].join('\n');

const escaped = (text: string) => text.replaceAll('\r', '').replace(/[=;#\\\n]/g, (character) => `\\${character}`);

export interface Cover {
  /** ffprobe's codec name. */
  readonly codec: string;
  readonly widthPx: number;
  readonly heightPx: number;
}

const coverTypes: Readonly<Record<string, string>> = {
  mjpeg: 'image/jpeg',
  png: 'image/png',
  gif: 'image/gif',
  bmp: 'image/bmp',
  webp: 'image/webp',
};

/** Formats that hold a picture as a stream, and of which codecs. Ogg holds it in a tag, WAV not at all. */
export const coverStreams: Readonly<Record<AudioFormat, readonly string[]>> = {
  mp3: ['mjpeg', 'png', 'gif', 'bmp'],
  m4a: ['mjpeg', 'png'],
  ...{ ogg: [], opus: [], wav: [] },
};

/**
 * The front cover as Ogg holds it: the picture block of FLAC, in base64.
 * @see RFC 9639 §8.8; xiph.org/vorbis `METADATA_BLOCK_PICTURE`
 */
export function pictureTag(bytes: Uint8Array, { codec, widthPx, heightPx }: Cover): readonly [string, string] {
  const type = Buffer.from(coverTypes[codec] ?? 'image/');
  const block = Buffer.alloc(32 + type.length + bytes.length);
  const frontCover = 3;
  block.writeUInt32BE(frontCover, 0);
  block.writeUInt32BE(type.length, 4);
  type.copy(block, 8);
  const at = 8 + type.length; // an empty description, then width, height, depth, colours, length
  for (const [index, value] of [0, widthPx, heightPx, 24, 0, bytes.length].entries()) block.writeUInt32BE(value, at + 4 * index);
  block.set(bytes, at + 24);
  return ['METADATA_BLOCK_PICTURE', block.toString('base64')];
}
