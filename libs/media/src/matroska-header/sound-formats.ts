/** What the header of a track says of its sound, in the names of ffprobe. */
import type { ProbedStream } from '../ffprobe.ts';
import { aacFormat } from '../movie-header/mp4-sound.ts';
import { UnusualFile } from '../movie-header/picture-format.ts';

type SoundFormat = Pick<ProbedStream, 'codec_name' | 'profile' | 'sample_rate' | 'channels' | 'channel_layout'>;

const readers: Readonly<Record<string, ((header: Buffer) => SoundFormat) | undefined>> = {
  A_AAC: aacFormat,
  A_FLAC: flacFormat,
  A_OPUS: opusFormat,
  A_VORBIS: vorbisFormat,
};

/** @param header of the codec: CodecPrivate @throws UnusualFile for other codecs, and for more than two channels but in AAC */
export function soundFormat(codecId: string, header: Buffer): SoundFormat {
  const read = readers[codecId];
  if (!read) throw new UnusualFile(`a sound of ${codecId}`);
  return read(header);
}

function described(codec_name: string, channels: number, sample_rate: number): SoundFormat {
  const channel_layout = ['', 'mono', 'stereo'][channels];
  if (!channel_layout || sample_rate < 1) throw new UnusualFile('a rare sound');
  return { codec_name, profile: undefined, sample_rate, channels, channel_layout };
}

/** @see RFC 7845 §5.1: a decoder gives 48 kHz whatever the source had */
function opusFormat(header: Buffer): SoundFormat {
  if (header.toString('latin1', 0, 8) !== 'OpusHead' || header.readUInt8(18) !== 0) throw new UnusualFile('a rare Opus');
  return described('opus', header.readUInt8(9), 48_000);
}

/** @see RFC 9639 §8.2 (STREAMINFO) */
function flacFormat(header: Buffer): SoundFormat {
  if (header.toString('latin1', 0, 4) !== 'fLaC' || (header.readUInt8(4) & 127) !== 0) throw new UnusualFile('a rare FLAC');
  const packed = header.readUInt32BE(18);
  return described('flac', ((packed >>> 9) & 7) + 1, packed >>> 12);
}

/** @see Vorbis I §4.2.2, laced as in Matroska: three headers behind two sizes, the first of 30 bytes */
function vorbisFormat(header: Buffer): SoundFormat {
  if (header.readUInt8(0) !== 2) throw new UnusualFile('a rare Vorbis');
  let at = 1;
  for (let sizes = 0; sizes < 2; at++) if (header.readUInt8(at) < 255) sizes++;
  if (header.readUInt8(1) !== 30 || header.toString('latin1', at, at + 7) !== '\x01vorbis') throw new UnusualFile('a rare Vorbis');
  return described('vorbis', header.readUInt8(at + 11), header.readUInt32LE(at + 12));
}
