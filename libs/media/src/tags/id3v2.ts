/** ID3v2 tags at the beginning of a file: whether ffprobe reads them right, and undoing the unsynchronisation of a whole tag. */

const headerBytes = 10;
const unsynchronisedFlag = 0x80;

/** Size of the tag with its header, or 0 where `head` does not begin with one. @see https://id3.org/id3v2.4.0-structure §3.1 */
export function id3v2Bytes(head: Buffer): number {
  if (head.length < headerBytes || head.toString('latin1', 0, 3) !== 'ID3') return 0;
  return headerBytes + head.subarray(6, headerBytes).reduce((sum, byte) => sum * 128 + (byte & 127), 0);
}

/** Text frames of ID3v2.3 and 2.4: identifier, size, flags, encoding. `TXXX` holds a description before its value. */
const textFrame = /T(?!XXX)[A-Z][A-Z0-9]{2}(.{4})..(.)/gs;

/**
 * Whether the tag holds what ffprobe drops or cuts: an unsynchronised ID3v2.2 or 2.3 tag, UTF-16 without a byte order mark, several values in one frame
 * of ID3v2.4.
 *
 * @param head the beginning of the file; frames behind it are not looked at
 */
export function isMisreadByFfprobe(head: Buffer): boolean {
  const tag = head.subarray(0, id3v2Bytes(head));
  if (tag.length <= headerBytes) return false;
  const version = tag[3]!;
  if (isUnsynchronised(tag)) return version < 4 || (hasFrameFlag(tag) && hasMisreadFrame(tag, version));
  return hasMisreadFrame(tag, version);
}

const isUnsynchronised = (tag: Buffer) => (tag[5]! & unsynchronisedFlag) !== 0;

/** Whether the first frame of an ID3v2.4 tag says that it is unsynchronised. Only then music-metadata undoes it. */
const hasFrameFlag = (tag: Buffer) => ((tag[headerBytes + 9] ?? 0) & 2) !== 0;

function hasMisreadFrame(tag: Buffer, version: number): boolean {
  for (const match of tag.toString('latin1').matchAll(textFrame)) {
    const sizeBytes = Buffer.from(match[1]!, 'latin1').reduce((sum, byte) => sum * (version === 4 ? 128 : 256) + byte, 0);
    const textAt = match.index + match[0].length;
    const text = tag.subarray(textAt, textAt + Math.max(0, sizeBytes - 1));
    const encoding = match[2]!.charCodeAt(0);
    if (lacksByteOrderMark(text, encoding) || (version === 4 && hasSeveralValues(text, encoding))) return true;
  }
  return false;
}

const lacksByteOrderMark = (text: Buffer, encoding: number) =>
  encoding === 1 && text.length >= 2 && ![0xfffe, 0xfeff].includes(text.readUInt16BE(0));

const hasSeveralValues = (text: Buffer, encoding: number) =>
  /[^\0]\0+[^\0]/.test(encoding === 1 || encoding === 2 ? text.toString('utf16le') : text.toString('latin1'));

/**
 * An unsynchronised ID3v2.2 or 2.3 tag as it was before: music-metadata knows only the flag of an ID3v2.4 frame. The sizes of the frames count the bytes
 * before unsynchronisation, so it is undone for the whole tag at once.
 *
 * @see https://id3.org/id3v2.3.0 §5
 */
export function synchronisedTag(tag: Buffer): Buffer {
  if (!isUnsynchronised(tag) || tag[3] === 4) return tag;
  const body = removeUnsynchronisation(tag.subarray(headerBytes));
  const header = Buffer.from(tag.subarray(0, headerBytes));
  header[5] = header[5]! & ~unsynchronisedFlag;
  for (const [index, shift] of [21, 14, 7, 0].entries()) header[6 + index] = (body.length >> shift) & 127;
  return Buffer.concat([header, body]);
}

function removeUnsynchronisation(bytes: Buffer): Buffer {
  const kept = Buffer.alloc(bytes.length);
  let length = 0;
  for (let at = 0; at < bytes.length; at++) {
    kept[length++] = bytes[at]!;
    if (bytes[at] === 0xff && bytes[at + 1] === 0) at++;
  }
  return kept.subarray(0, length);
}
