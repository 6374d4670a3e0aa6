/** The text of an uploaded file, captions or a playlist, from bytes in one of the encodings that such files have. */

export type TextEncoding = 'utf-8' | 'utf-16' | 'windows-1252';

export interface DecodedText {
  readonly text: string;
  readonly encoding: TextEncoding;
}

/** Bytes without a character in Windows-1252, and control characters that no text holds. */
const nowhereInText: ReadonlySet<number> = new Set([
  ...[0x81, 0x8d, 0x8f, 0x90, 0x9d, 0x7f],
  ...Array.from({ length: 0x20 }, (_, code) => code).filter((code) => code !== 0x09 && code !== 0x0a && code !== 0x0d && code !== 0x0c),
]);

/**
 * UTF-8 with or without a byte order mark, UTF-16 with one, and else Windows-1252, which old editors of subtitles write: what is not UTF-8 and has
 * only bytes that are text there.
 *
 * @returns the text without byte order mark and in Unicode NFC; null when the bytes are no text in any of them
 */
export function decodeText(bytes: Uint8Array): DecodedText | null {
  const encoding = encodingOf(bytes);
  const decoded = encoding === null ? null : decodedAs(bytes, encoding);
  return decoded === null || decoded.text.includes('\u0000') ? null : decoded;
}

function encodingOf(bytes: Uint8Array): 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252' | null {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  if (isUtf8(bytes)) return 'utf-8';
  return bytes.some((byte) => nowhereInText.has(byte)) ? null : 'windows-1252';
}

function decodedAs(bytes: Uint8Array, label: 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252'): DecodedText | null {
  try {
    const text = new TextDecoder(label, { fatal: true }).decode(bytes).normalize('NFC');
    return { text, encoding: label === 'utf-16le' || label === 'utf-16be' ? 'utf-16' : label };
  } catch {
    return null; // an odd number of bytes, or half a pair
  }
}

function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}
