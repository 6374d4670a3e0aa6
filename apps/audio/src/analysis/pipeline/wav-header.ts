/** What stands before the samples of a WAV stream. */
export interface WavHeader {
  readonly sampleRateHz: number;
  readonly channels: number;
  /** Which speaker each channel belongs to (WAVE_FORMAT_EXTENSIBLE); 0 when the stream does not say. */
  readonly channelMask: number;
  /** Where the samples begin. */
  readonly dataOffset: number;
}

const EXTENSIBLE_BYTES = 40;
const LONGEST_HEADER_BYTES = 64 * 1024;

/**
 * Reads the header that ffmpeg writes in front of PCM on a pipe. The sizes in it mean nothing there: the end of the pipe is the end.
 *
 * @param bytes the stream so far
 * @returns null while the data chunk has not begun yet
 * @throws RangeError when this is no WAV stream
 */
export function readWavHeader(bytes: Buffer): WavHeader | null {
  if (bytes.length < 12) return null;
  if (bytes.toString('latin1', 0, 4) !== 'RIFF' || bytes.toString('latin1', 8, 12) !== 'WAVE') throw new RangeError('not a WAV stream');
  let format: Omit<WavHeader, 'dataOffset'> | null = null;
  for (let at = 12; at + 8 <= bytes.length; ) {
    const name = bytes.toString('latin1', at, at + 4);
    const size = bytes.readUInt32LE(at + 4);
    if (name === 'data' && format) return { ...format, dataOffset: at + 8 };
    if (at + 8 + size > LONGEST_HEADER_BYTES) throw new RangeError('a WAV header without samples');
    if (at + 8 + size > bytes.length) return null;
    if (name === 'fmt ') format = readFormat(bytes.subarray(at + 8, at + 8 + size));
    at += 8 + size + (size % 2);
  }
  return null;
}

function readFormat(chunk: Buffer): Omit<WavHeader, 'dataOffset'> {
  if (chunk.length < 16) throw new RangeError('a WAV format chunk that is too short');
  return {
    channels: chunk.readUInt16LE(2),
    sampleRateHz: chunk.readUInt32LE(4),
    channelMask: chunk.length >= EXTENSIBLE_BYTES ? chunk.readUInt32LE(20) : 0,
  };
}
