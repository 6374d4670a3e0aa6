/** AAC in a movie. @see ISO/IEC 14496-1 §7.2.6 (descriptors), ISO/IEC 14496-3 §1.6.2.1 (AudioSpecificConfig) */
import type { ProbedStream } from '../ffprobe.ts';
import { BitReader } from './bit-reader.ts';
import type { Mp4Box } from './mp4-box.ts';
import { UnusualFile } from './picture-format.ts';

const rates = [96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000, 7_350];
const layouts = ['', 'mono', 'stereo', '3.0', '4.0', '5.0', '5.1'];
const lowComplexity = 2;
/** Below it a decoder finds out whether the sound has twice the rate (SBR). */
const leastCertainRate = 32_000;

type SoundFormat = Pick<ProbedStream, 'codec_name' | 'profile' | 'sample_rate' | 'channels' | 'channel_layout'>;

/** @throws UnusualFile for other sound, and for what only decoding shows */
export function aacOf(entry: Mp4Box): SoundFormat {
  if (entry.type !== 'mp4a') throw new UnusualFile(`a sound of ${entry.type}`);
  return aacFormat(decoderConfig(elementaryStreamOf(entry)));
}

/** @param config AudioSpecificConfig @throws UnusualFile for what only decoding shows */
export function aacFormat(config: Buffer): SoundFormat {
  const bits = new BitReader(config);
  const type = bits.bits(5);
  const sample_rate = rates[bits.bits(4)];
  const channels = bits.bits(4);
  const channel_layout = layouts[channels];
  if (type !== lowComplexity || !channel_layout || sample_rate === undefined || sample_rate < leastCertainRate)
    throw new UnusualFile('a rare AAC');
  return { codec_name: 'aac', profile: 'LC', sample_rate, channels, channel_layout };
}

const headerBytes = [28, 44];

/** QuickTime has it in a box of its own. */
function elementaryStreamOf(entry: Mp4Box): Buffer {
  const skipped = headerBytes[entry.body.readUInt16BE(8)];
  if (skipped === undefined) throw new UnusualFile('a sound of QuickTime');
  const box = entry.find('esds', skipped) ?? entry.find('wave', skipped)?.find('esds');
  if (!box) throw new UnusualFile('no description of sound');
  return box.body.subarray(4);
}

const [streamTag, configTag, specificTag] = [3, 4, 5];
const audioOfMpeg4 = 0x40;

function decoderConfig(bytes: Buffer): Buffer {
  const stream = descriptor(bytes, streamTag);
  if (stream.readUInt8(2) & 0xe0) throw new UnusualFile('a rare description of sound');
  const config = descriptor(stream.subarray(3), configTag);
  if (config.readUInt8(0) !== audioOfMpeg4) throw new UnusualFile('no AAC');
  return descriptor(config.subarray(13), specificTag);
}

/** Tag, then a size of 1 to 4 bytes with seven bits each. */
function descriptor(bytes: Buffer, tag: number): Buffer {
  if (bytes.readUInt8(0) !== tag) throw new UnusualFile('an unknown descriptor');
  let [size, at] = [0, 1];
  for (let more = true; more && at < 5; at++) {
    size = size * 128 + (bytes.readUInt8(at) & 127);
    more = bytes.readUInt8(at) > 127;
  }
  return bytes.subarray(at, at + size);
}
