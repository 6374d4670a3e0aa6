import { writeFileSync } from 'node:fs';

/** Sample formats: 32-bit float, or signed 16/24-bit and unsigned 8-bit integers, all little endian. */
export type WavFormat = 'f32' | 's16' | 's24' | 'u8';

const bytesPerSample: Record<WavFormat, number> = { f32: 4, s16: 2, s24: 3, u8: 1 };

/** dwChannelMask by channel count: mono, stereo, 3.0, quad, 5.0, 5.1, 6.1, 7.1. */
const speakerMasks: Record<number, number> = { 1: 0x4, 2: 0x3, 3: 0x7, 4: 0x33, 5: 0x37, 6: 0x3f, 7: 0x70f, 8: 0x63f };

/**
 * Writes a RIFF/WAVE file; an existing file is replaced.
 *
 * @param channels one array per channel, equally long, full scale [-1, 1]; integers are clipped, rounded and not dithered
 * @param sampleRateHz whole number of samples per second
 * @throws RangeError without channels, or when their lengths differ
 */
export function writeWav(path: string, channels: readonly Float32Array[], sampleRateHz: number, format: WavFormat = 's16'): void {
  writeFileSync(path, encodeWav(channels, sampleRateHz, format));
}

/** Encodes channels as the bytes of a RIFF/WAVE file; see {@link writeWav}. */
export function encodeWav(channels: readonly Float32Array[], sampleRateHz: number, format: WavFormat = 's16'): Buffer {
  const frames = channels[0]?.length;
  if (frames === undefined) throw new RangeError('need at least one channel');
  if (channels.some((channel) => channel.length !== frames)) throw new RangeError('channels differ in length');

  const width = bytesPerSample[format];
  const header = wavHeader(channels.length, frames, sampleRateHz, format);
  const out = Buffer.alloc(header.length + frames * channels.length * width);
  header.copy(out);
  let at = header.length;
  for (let frame = 0; frame < frames; frame++) {
    for (const channel of channels) {
      writeSample(out, at, channel[frame]!, format);
      at += width;
    }
  }
  return out;
}

/** WAVE_FORMAT_EXTENSIBLE above two channels, so that a reader knows which speaker is which. */
function wavHeader(channelCount: number, frames: number, sampleRateHz: number, format: WavFormat): Buffer {
  const width = bytesPerSample[format];
  const dataBytes = frames * channelCount * width;
  const extensible = channelCount > 2;
  const formatBytes = extensible ? 40 : 16;
  const header = Buffer.alloc(28 + formatBytes);
  const tag = format === 'f32' ? 3 : 1;
  header.write('RIFF', 0, 'latin1');
  header.writeUInt32LE(20 + formatBytes + dataBytes, 4);
  header.write('WAVEfmt ', 8, 'latin1');
  header.writeUInt32LE(formatBytes, 16);
  header.writeUInt16LE(extensible ? 0xfffe : tag, 20);
  header.writeUInt16LE(channelCount, 22);
  header.writeUInt32LE(sampleRateHz, 24);
  header.writeUInt32LE(sampleRateHz * channelCount * width, 28);
  header.writeUInt16LE(channelCount * width, 32);
  header.writeUInt16LE(width * 8, 34);
  if (extensible) {
    header.writeUInt16LE(22, 36);
    header.writeUInt16LE(width * 8, 38);
    header.writeUInt32LE(speakerMasks[channelCount] ?? 0, 40);
    header.writeUInt16LE(tag, 44);
    header.write('000000001000800000aa00389b71', 46, 'hex'); // common suffix of every KSDATAFORMAT_SUBTYPE GUID
  }
  header.write('data', 20 + formatBytes, 'latin1');
  header.writeUInt32LE(dataBytes, 24 + formatBytes);
  return header;
}

function writeSample(out: Buffer, at: number, value: number, format: WavFormat): void {
  const clipped = Math.max(-1, Math.min(1, value));
  if (format === 'f32') out.writeFloatLE(value, at);
  else if (format === 's16') out.writeInt16LE(Math.round(clipped * 32767), at);
  else if (format === 's24') out.writeIntLE(Math.round(clipped * 8388607), at, 3);
  else out.writeUInt8(Math.round(clipped * 127) + 128, at);
}
