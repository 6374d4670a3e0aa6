/** Tags as bytes, for files that no tagger at hand writes: ID3v2 frames in any encoding, unsynchronised tags, RIFF INFO lists. */

export type Id3Version = 3 | 4;

const syncsafe = (value: number): Buffer => Buffer.from([21, 14, 7, 0].map((shift) => (value >> shift) & 127));

function bigEndian(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

/** Bodies of text frames: the encoding byte, then the text. `latin1` takes bytes too, for text in another encoding under that flag. */
export const frameText = {
  latin1: (text: string | Buffer) => Buffer.concat([Buffer.of(0), typeof text === 'string' ? Buffer.from(text, 'latin1') : text]),
  utf16: (text: string) => Buffer.concat([Buffer.of(1, 0xff, 0xfe), Buffer.from(text, 'utf16le')]),
  utf16WithoutBom: (text: string) => Buffer.concat([Buffer.of(1), Buffer.from(text, 'utf16le')]),
  utf16BeWithoutBom: (text: string) => Buffer.concat([Buffer.of(1), Buffer.from(text, 'utf16le').swap16()]),
  utf8: (text: string) => Buffer.concat([Buffer.of(3), Buffer.from(text)]),
};

/** One ID3v2 frame. @param formatFlags in ID3v2.4, 2 is unsynchronised and 1 has a length in front */
export function id3Frame(version: Id3Version, id: string, body: Buffer, formatFlags = 0): Buffer {
  const size = version === 4 ? syncsafe(body.length) : bigEndian(body.length);
  return Buffer.concat([Buffer.from(id), size, Buffer.of(0, formatFlags), body]);
}

/** @param flags 0x80 is unsynchronised; the frames are written as they are */
export function id3Tag(version: Id3Version, flags: number, ...frames: readonly Buffer[]): Buffer {
  const body = Buffer.concat(frames);
  return Buffer.concat([Buffer.from('ID3'), Buffer.of(version, 0, flags), syncsafe(body.length), body]);
}

/** Puts a zero behind each 0xFF that a decoder could take for the beginning of a frame. @see https://id3.org/id3v2.4.0-structure §6.1 */
export function unsynchronised(bytes: Buffer): Buffer {
  const written: number[] = [];
  for (const [at, byte] of bytes.entries()) {
    written.push(byte);
    const next = bytes[at + 1];
    if (byte === 0xff && (next === undefined || next >= 0xe0 || next === 0)) written.push(0);
  }
  return Buffer.from(written);
}

function riffChunk(id: string, body: Buffer): Buffer {
  const header = Buffer.alloc(8, id, 'latin1');
  header.writeUInt32LE(body.length, 4);
  return Buffer.concat([header, body, Buffer.alloc(body.length % 2)]);
}

/** A WAV file with a list of these texts behind the sound, each a zero-terminated string of bytes. */
export function wavWithInfo(wav: Buffer, items: Readonly<Record<string, Buffer>>): Buffer {
  const chunks = Object.entries(items).map(([id, text]) => riffChunk(id, Buffer.concat([text, Buffer.of(0)])));
  const whole = Buffer.concat([wav, riffChunk('LIST', Buffer.concat([Buffer.from('INFO'), ...chunks]))]);
  whole.writeUInt32LE(whole.length - 8, 4);
  return whole;
}
