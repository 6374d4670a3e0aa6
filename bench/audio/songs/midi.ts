/** A note of a song; times in seconds as performed, with swing and timing deviations. */
export interface PlayedNote {
  /** MIDI channel 0 … 15; 9 is the drums. */
  readonly channel: number;
  readonly pitch: number;
  /** 1 … 127. */
  readonly velocity: number;
  readonly atSeconds: number;
  readonly seconds: number;
}

/** Channel settings before the first note. */
export interface ChannelSetup {
  readonly channel: number;
  /** General MIDI instrument, 0 … 127. */
  readonly program: number;
  /** 0 … 127. */
  readonly volume: number;
  /** 0 left … 127 right. */
  readonly pan: number;
}

const ticksPerQuarter = 20_000; // at the file's 120 quarters a minute: 40,000 ticks a second, so that rounding is negligible
const ticksPerSecond = 2 * ticksPerQuarter;

interface Message {
  readonly tick: number;
  readonly bytes: readonly number[];
}

/**
 * A standard MIDI file with one track. Its nominal tempo is always 120; event times are absolute.
 *
 * @see The MIDI Association, "Standard MIDI Files 1.0"
 */
export function encodeMidi(setups: readonly ChannelSetup[], notes: readonly PlayedNote[]): Buffer {
  const messages: Message[] = setups.flatMap(({ channel, program, volume, pan }) => [
    { tick: 0, bytes: [0xc0 | channel, program] },
    { tick: 0, bytes: [0xb0 | channel, 7, volume] },
    { tick: 0, bytes: [0xb0 | channel, 10, pan] },
  ]);
  for (const { channel, pitch, velocity, atSeconds, seconds } of notes) {
    const tick = Math.max(0, Math.round(atSeconds * ticksPerSecond));
    messages.push({ tick, bytes: [0x90 | channel, pitch, velocity] });
    messages.push({ tick: tick + Math.max(1, Math.round(seconds * ticksPerSecond)), bytes: [0x80 | channel, pitch, 0] });
  }
  return fileOf(trackOf(messages.sort((a, b) => a.tick - b.tick)));
}

function trackOf(messages: readonly Message[]): Buffer {
  const bytes: number[] = [0, 0xff, 0x51, 3, 0x07, 0xa1, 0x20];
  let now = 0;
  for (const { tick, bytes: message } of messages) {
    bytes.push(...variableLength(tick - now), ...message);
    now = tick;
  }
  return Buffer.from([...bytes, 0, 0xff, 0x2f, 0]);
}

function fileOf(track: Buffer): Buffer {
  const header = Buffer.from([...'MThd'].map((letter) => letter.charCodeAt(0)).concat([0, 0, 0, 6, 0, 0, 0, 1, 0, 0]));
  header.writeUInt16BE(ticksPerQuarter, 12);
  const chunk = Buffer.from('MTrk\0\0\0\0', 'latin1');
  chunk.writeUInt32BE(track.length, 4);
  return Buffer.concat([header, chunk, track]);
}

/** Variable-length quantity: seven bits per byte, highest first, all but the last with the top bit set. */
function variableLength(value: number): number[] {
  const bytes = [value & 0x7f];
  for (let rest = Math.floor(value / 128); rest > 0; rest = Math.floor(rest / 128)) bytes.unshift((rest & 0x7f) | 0x80);
  return bytes;
}
