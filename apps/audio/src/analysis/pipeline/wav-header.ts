/** Header of a WAV stream. */
export interface WavHeader {
  readonly sampleRateHz: number;
  readonly channels: number;
  /** Speaker of each channel (WAVE_FORMAT_EXTENSIBLE); 0 when the header has none. */
  readonly channelMask: number;
  /** Offset of the first sample. */
  readonly dataOffset: number;
}

const EXTENSIBLE_BYTES = 40;
const MAX_HEADER_BYTES = 64 * 1024;

/**
 * Parses the header that ffmpeg writes to a pipe. Its sizes are invalid there; the data ends with the pipe.
 *
 * @param bytes the stream from its start
 * @returns null until the data chunk begins
 * @throws RangeError when it is not a WAV stream
 */
export function readWavHeader(bytes: Buffer): WavHeader | null {
  if (bytes.length < 12) return null;
  if (bytes.toString('latin1', 0, 4) !== 'RIFF' || bytes.toString('latin1', 8, 12) !== 'WAVE') throw new RangeError('not a WAV stream');
  let format: Omit<WavHeader, 'dataOffset'> | null = null;
  for (let at = 12; at + 8 <= bytes.length; ) {
    const name = bytes.toString('latin1', at, at + 4);
    const size = bytes.readUInt32LE(at + 4);
    if (name === 'data' && format) return { ...format, dataOffset: at + 8 };
    if (at + 8 + size > MAX_HEADER_BYTES) throw new RangeError('WAV header without a data chunk');
    if (at + 8 + size > bytes.length) return null;
    if (name === 'fmt ') format = readFormat(bytes.subarray(at + 8, at + 8 + size));
    at += 8 + size + (size % 2);
  }
  return null;
}

function readFormat(chunk: Buffer): Omit<WavHeader, 'dataOffset'> {
  if (chunk.length < 16) throw new RangeError('WAV format chunk is too short');
  return {
    channels: chunk.readUInt16LE(2),
    sampleRateHz: chunk.readUInt32LE(4),
    channelMask: chunk.length >= EXTENSIBLE_BYTES ? chunk.readUInt32LE(20) : 0,
  };
}
