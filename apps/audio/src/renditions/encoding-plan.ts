/** Levels × formats: which codec, rate and channels a rendition gets. Nothing is above what its source has. */
import { type AudioFormat, audioFormats, type CompressionLevel, compressionLevels, Failure } from '#contracts';

/** Raise it when a level or format is encoded in another way: renditions are then encoded anew for whoever asks. */
export const planVersion = 1;

/** What the plan depends on. */
export interface SourceSound {
  /** ffprobe's name, e.g. `flac`. */
  readonly codec: string;
  readonly sampleRateHz: number;
  readonly channels: number;
  /** Of the sound, in bits per second; null where neither the file nor its size tells it. */
  readonly bitRate: number | null;
  /** Of a sample, in bits, where the source is not lossy; null where it is not known. */
  readonly bitDepth: number | null;
}

export interface EncodingPlan {
  readonly level: CompressionLevel;
  readonly format: AudioFormat;
  /** ffmpeg's encoder, e.g. `libopus`. */
  readonly encoder: string;
  readonly sampleRateHz: number;
  readonly channels: number;
  /** Target in kb/s; null where the encoder decides. */
  readonly bitRateKbps: number | null;
  /** Vorbis only: its scale of quality, from 0 to 10. */
  readonly vorbisQuality: number | null;
  /** ffmpeg's sample format, where it matters. */
  readonly sampleFormat: string | null;
  readonly contentType: string;
  /** ffmpeg's muxer. */
  readonly muxer: string;
}

type LossyLevel = Exclude<CompressionLevel, 'lossless'>;

const targetKbps: Readonly<Record<'mp3' | 'ogg' | 'opus' | 'm4a', Readonly<Record<LossyLevel, number>>>> = {
  mp3: { ultra_low: 48, low: 96, medium: 128, high: 192 },
  /** For Vorbis from `low` on: what its quality gives for stereo at 44.1 kHz. */
  ogg: { ultra_low: 44, low: 96, medium: 128, high: 192 },
  opus: { ultra_low: 24, low: 48, medium: 96, high: 128 },
  m4a: { ultra_low: 48, low: 96, medium: 128, high: 192 },
};
const vorbisQuality: Readonly<Record<LossyLevel, number | null>> = { ultra_low: null, low: 2, medium: 4, high: 6 };
const wavRateHz: Readonly<Record<LossyLevel, number>> = { ultra_low: 11_025, low: 22_050, medium: 44_100, high: 48_000 };

const mp3Rates = [48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000];
const aacRates = [48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000];
const opusRates = [8_000, 12_000, 16_000, 24_000, 48_000];
/** MPEG-1 layer III; the rates below 32 kHz (MPEG-2 and 2.5) know other bit rates. */
const mpeg1Kbps = [32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192];
const mpeg2Kbps = [8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160];
const lowestBandRateHz = 24_000;

const contentTypes: Readonly<Record<AudioFormat, string>> = {
  mp3: 'audio/mpeg',
  ogg: 'audio/ogg; codecs=vorbis',
  opus: 'audio/ogg; codecs=opus',
  m4a: 'audio/mp4',
  wav: 'audio/wav',
};
export const contentTypeOf = (level: CompressionLevel | null, format: AudioFormat): string =>
  format === 'ogg' && level === 'lossless' ? 'audio/ogg; codecs=flac' : contentTypes[format];

/** Whether encoding has taken nothing away from the sound. */
export const isLossless = (codec: string): boolean =>
  ['flac', 'alac', 'wavpack', 'tta'].includes(codec) || (codec.startsWith('pcm_') && !codec.endsWith('law'));

/** Samples of more than 24 bits, or of floats; neither FLAC nor ALAC holds them. */
const isBeyond24Bits = (codec: string) => /^pcm_(?:[su]32|f32|f64)/.test(codec);

/** Why a level is not possible in a format for this codec; undefined where it is. */
function obstacle(codec: string, level: CompressionLevel, format: AudioFormat): string | undefined {
  if (level !== 'lossless') return undefined;
  if (format === 'mp3' || format === 'opus') return `${format} has no lossless level.`;
  if (!isLossless(codec)) return `The original is lossy (${codec}): a lossless copy would be larger and no better.`;
  return isBeyond24Bits(codec) && format !== 'wav'
    ? `The original has samples of 32 bits or more, which ${format} cannot hold.`
    : undefined;
}

/** The levels that a format has for this codec, from small to large. */
export const possibleLevels = (codec: string, format: AudioFormat): CompressionLevel[] =>
  compressionLevels.filter((level) => obstacle(codec, level, format) === undefined);

/** @throws Failure `rendition-not-possible`; its message says what is possible */
export function requirePossible(codec: string, level: CompressionLevel, format: AudioFormat): void {
  const why = obstacle(codec, level, format);
  if (why === undefined) return;
  const formats = audioFormats.filter((one) => obstacle(codec, level, one) === undefined);
  const otherwise = formats.length > 0 ? ` ${level} is possible in ${formats.join(', ')}.` : '';
  throw new Failure(
    'rendition-not-possible',
    `${why} Possible in ${format}: ${possibleLevels(codec, format).join(', ')}, auto.${otherwise}`,
  );
}

/** @throws Failure `rendition-not-possible` */
export function planEncoding(source: SourceSound, level: CompressionLevel, format: AudioFormat): EncodingPlan {
  requirePossible(source.codec, level, format);
  const base = { level, format, contentType: contentTypeOf(level, format), bitRateKbps: null, vorbisQuality: null, sampleFormat: null };
  if (format === 'wav') return { ...base, ...planWav(source, level), muxer: 'wav' };
  if (level === 'lossless') return { ...base, ...planLossless(source, format) };
  const channels = Math.min(2, source.channels);
  const lossy = { ...base, channels };
  const kbps = Math.min(targetKbps[format][level], sourceKbps(source));
  switch (format) {
    case 'mp3':
      return { ...lossy, ...planMp3(source, level, kbps), encoder: 'libmp3lame', muxer: 'mp3' };
    case 'ogg':
      return { ...lossy, ...planVorbis(source, level, channels, kbps), encoder: 'libvorbis', muxer: 'ogg' };
    case 'opus':
      return { ...lossy, bitRateKbps: clamp(kbps, 6 * channels, 510), sampleRateHz: opusRate(source), encoder: 'libopus', muxer: 'ogg' };
    case 'm4a':
      return { ...lossy, ...planAac(source, level, kbps), encoder: 'aac', muxer: 'ipod' };
  }
}

/** What a level will need in kb/s; 0 where nothing says it. @throws Failure `rendition-not-possible` */
export function expectedKbps(source: SourceSound, level: CompressionLevel, format: AudioFormat): number {
  const { bitRateKbps, sampleRateHz, channels, encoder } = planEncoding(source, level, format);
  if (bitRateKbps !== null) return bitRateKbps;
  if (format === 'wav') return (sampleRateHz * channels * (encoder === 'pcm_u8' ? 8 : 16)) / 1_000;
  return format === 'ogg' && level !== 'lossless' ? targetKbps.ogg[level] : 0;
}

function planMp3(source: SourceSound, level: LossyLevel, kbps: number) {
  const sampleRateHz = rateBelow(source, mp3Rates, level);
  const possible = sampleRateHz >= 32_000 ? mpeg1Kbps : mpeg2Kbps.filter((one) => sampleRateHz >= 16_000 || one <= 64);
  return { sampleRateHz, bitRateKbps: possible.findLast((one) => one <= kbps * 1.03) ?? possible[0]! };
}

function planAac(source: SourceSound, level: LossyLevel, kbps: number) {
  const sampleRateHz = rateBelow(source, aacRates, level);
  // A frame of 1,024 samples has at most 6,144 bits a channel.
  return { sampleRateHz, bitRateKbps: clamp(kbps, 8, Math.floor((6 * sampleRateHz * Math.min(2, source.channels)) / 1_000)) };
}

/**
 * Vorbis takes a quality, or a bit rate that must fit the sample rate: 15 to 90 kb/s a channel from 19 kHz on, 8 to 42 at 8 kHz.
 * @see the set-up templates of libvorbis, `modes/setup_22.h`, `setup_16.h`, `setup_11.h`, `setup_8.h`
 */
function planVorbis(source: SourceSound, level: LossyLevel, channels: number, kbps: number) {
  const quality = vorbisQuality[level];
  const wholeRate = rateBelow(source, mp3Rates, level);
  if (quality !== null && kbps >= targetKbps.ogg[level]) return { sampleRateHz: wholeRate, vorbisQuality: quality };
  const sampleRateHz = rateBelow(source, mp3Rates, 'ultra_low');
  const [least, most] = sampleRateHz >= 19_000 ? [16, 80] : sampleRateHz >= 15_000 ? [16, 90] : sampleRateHz >= 9_000 ? [13, 44] : [9, 38];
  return { sampleRateHz, bitRateKbps: clamp(kbps, least! * channels, most! * channels) };
}

function planWav(source: SourceSound, level: CompressionLevel) {
  if (level === 'lossless') return { ...untouched(source), encoder: wavEncoder(source) };
  return {
    sampleRateHz: Math.min(wavRateHz[level], source.sampleRateHz),
    channels: level === 'ultra_low' ? 1 : Math.min(2, source.channels),
    encoder: source.bitDepth === 8 ? 'pcm_u8' : 'pcm_s16le',
  };
}

/** The depth of the source: its codec where that is PCM, else the bits of its samples. */
function wavEncoder({ codec, bitDepth }: SourceSound): string {
  if (codec.startsWith('pcm_f')) return codec.replace(/be$/, 'le');
  const bits = bitDepth ?? 16;
  return bits <= 8 ? 'pcm_u8' : bits <= 16 ? 'pcm_s16le' : bits <= 24 ? 'pcm_s24le' : 'pcm_s32le';
}

function planLossless(source: SourceSound, format: 'ogg' | 'm4a' | 'mp3' | 'opus') {
  const isDeep = (source.bitDepth ?? 16) > 16;
  const whole = { ...untouched(source), channels: Math.min(8, source.channels) };
  if (format === 'm4a') return { ...whole, encoder: 'alac', sampleFormat: isDeep ? 's32p' : 's16p', muxer: 'ipod' };
  return { ...whole, encoder: 'flac', sampleFormat: isDeep ? 's32' : 's16', muxer: 'ogg' };
}

const untouched = ({ sampleRateHz, channels }: SourceSound) => ({ sampleRateHz, channels });

/** The smallest rate that holds all of the source: Opus codes at 48 kHz whatever goes in. */
const opusRate = ({ sampleRateHz }: SourceSound) => opusRates.find((rate) => rate >= sampleRateHz) ?? 48_000;

/** The largest rate of an encoder that is not above the source; one that divides the source's is preferred where it is nearly as large. */
function rateBelow({ sampleRateHz }: SourceSound, rates: readonly number[], level: LossyLevel): number {
  const limit = level === 'ultra_low' ? Math.min(sampleRateHz, lowestBandRateHz) : sampleRateHz;
  const possible = rates.filter((rate) => rate <= limit);
  const largest = possible[0] ?? rates.at(-1)!;
  return possible.find((rate) => rate >= 0.9 * largest && sampleRateHz % rate === 0) ?? largest;
}

/** Of a source that is not lossy, that of its plain samples. */
function sourceKbps({ codec, bitRate, bitDepth, sampleRateHz, channels }: SourceSound): number {
  if (isLossless(codec)) return (sampleRateHz * channels * (bitDepth ?? 16)) / 1_000;
  return bitRate === null ? Number.POSITIVE_INFINITY : bitRate / 1_000;
}

const clamp = (value: number, least: number, most: number) => Math.max(least, Math.min(most, Math.floor(value)));
