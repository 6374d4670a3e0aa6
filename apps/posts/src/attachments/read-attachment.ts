/** Recognises pictures and documents by their bytes and reads the size of pictures from their headers. No pixel is decoded. */
import type { AttachmentType } from '#contracts';

export interface AttachmentInfo {
  readonly contentType: AttachmentType;
  /** Null for a document. */
  readonly widthPx: number | null;
  readonly heightPx: number | null;
}

type Reader = (bytes: Buffer) => AttachmentInfo | undefined;

/** @returns undefined for what is neither JPEG, PNG, GIF nor PDF, and for a file that is cut off */
export function readAttachment(bytes: Buffer): AttachmentInfo | undefined {
  for (const read of readers) {
    const info = read(bytes);
    if (info) return info;
  }
  return undefined;
}

const picture = (contentType: AttachmentType, widthPx: number, heightPx: number): AttachmentInfo | undefined =>
  widthPx > 0 && heightPx > 0 && widthPx <= 65_535 && heightPx <= 65_535 ? { contentType, widthPx, heightPx } : undefined;

const pngSignature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/** Chunks of length, type, data and checksum; the first is IHDR, the last IEND. */
function readPng(bytes: Buffer): AttachmentInfo | undefined {
  if (!bytes.subarray(0, 8).equals(pngSignature) || bytes.length < 45 || bytes.toString('latin1', 12, 16) !== 'IHDR') return undefined;
  for (let at = 8; at + 12 <= bytes.length; at += 12 + bytes.readUInt32BE(at))
    if (bytes.toString('latin1', at + 4, at + 8) === 'IEND') return picture('image/png', bytes.readUInt32BE(16), bytes.readUInt32BE(20));
  return undefined;
}

const startOfFrame = (marker: number) => marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;

/** Segments of a marker and a length up to the frame header; the file ends with EOI, after which programs add bytes. */
function readJpeg(bytes: Buffer): AttachmentInfo | undefined {
  if (bytes.length < 4 || bytes.readUInt16BE(0) !== 0xffd8) return undefined;
  for (let at = 2; at + 9 < bytes.length; ) {
    if (bytes[at] !== 0xff) return undefined;
    const marker = bytes[at + 1]!;
    if (marker === 0xff) at++;
    else if (startOfFrame(marker)) {
      const isWhole = bytes.lastIndexOf(Buffer.from([0xff, 0xd9])) > at;
      return isWhole ? picture('image/jpeg', bytes.readUInt16BE(at + 7), bytes.readUInt16BE(at + 5)) : undefined;
    } else at += 2 + bytes.readUInt16BE(at + 2);
  }
  return undefined;
}

function readGif(bytes: Buffer): AttachmentInfo | undefined {
  if (!/^GIF8[79]a$/.test(bytes.toString('latin1', 0, 6)) || bytes.lastIndexOf(0x3b) < 13) return undefined;
  return picture('image/gif', bytes.readUInt16LE(6), bytes.readUInt16LE(8));
}

/** The end of a document lies within its last 2 KiB; programs add bytes after it. */
function readPdf(bytes: Buffer): AttachmentInfo | undefined {
  const isPdf = /^%PDF-[12]\.\d/.test(bytes.toString('latin1', 0, 8)) && bytes.subarray(-2_048).includes('%%EOF');
  return isPdf ? { contentType: 'application/pdf', widthPx: null, heightPx: null } : undefined;
}

const readers: readonly Reader[] = [readPng, readJpeg, readGif, readPdf];
