/**
 * Role of a channel in BS.1770: front, surround, or low-frequency effects.
 * ffmpeg's native order and the order of a WAV channel mask are the same: ascending mask bits.
 */
export type ChannelRole = 'front' | 'surround' | 'lfe';

/** Weight of a channel's power in the sum, ITU-R BS.1770-4 Table 3 (1.41 is +1.5 dB); the LFE channel does not count. */
export const channelWeight: Readonly<Record<ChannelRole, number>> = { front: 1, surround: 1.41, lfe: 0 };

/** Bits of `dwChannelMask`: low frequency; back left, right, centre; side left, right; top back left, centre, right. */
const lfeBits = [3];
const surroundBits = [4, 5, 8, 9, 10, 15, 16, 17];

/** Default mask of ffmpeg for a channel count without a layout: mono, stereo, 2.1, 4.0, 5.0, 5.1, 6.1, 7.1. */
const guessedMasks = [0x4, 0x3, 0xb, 0x107, 0x37, 0x3f, 0x70f, 0x63f];

/**
 * Returns the role of each channel.
 *
 * @param channels number of interleaved channels, at least 1
 * @param mask WAVE_FORMAT_EXTENSIBLE channel mask; 0 when the file has no layout
 * @returns one role per channel, in interleaving order; channels outside the mask are 'front'
 */
export function channelRoles(channels: number, mask = 0): ChannelRole[] {
  const known = mask === 0 ? (guessedMasks[channels - 1] ?? 0) : mask;
  const bits = Array.from({ length: 32 }, (_, bit) => bit).filter((bit) => (known >>> bit) & 1);
  return Array.from({ length: channels }, (_, channel) => roleOfBit(bits[channel]));
}

function roleOfBit(bit: number | undefined): ChannelRole {
  if (bit === undefined) return 'front';
  if (lfeBits.includes(bit)) return 'lfe';
  return surroundBits.includes(bit) ? 'surround' : 'front';
}
