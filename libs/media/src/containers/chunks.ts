/** Truncation checks of chunk-based files (RIFF, RF64, W64, AIFF, CAF, AU): one parser, four header formats. */
import type { ParsingBudget } from '../parsing-budget.ts';
import type { RandomAccess } from '../random-access.ts';
import type { ContainerRange, TruncationCheck } from './container-range.ts';

interface Chunk {
  readonly id: string;
  readonly bodyAt: number;
  /** Undefined when the writer did not know it, as when it wrote to a pipe. */
  readonly sizeBytes: number | undefined;
}

interface ChunkSyntax {
  readonly headerBytes: number;
  /** Chunks start at multiples of this from the start of the file. */
  readonly align: number;
  /** Bytes before the first chunk. */
  readonly preambleBytes: number;
  readonly audioId: string;
  read(header: Buffer): { readonly id: string; readonly sizeBytes: number };
}

const fourCc = (header: Buffer) => header.toString('latin1', 0, 4);
/** The GUIDs of Wave64 start with the four characters of RIFF. */
const riff: ChunkSyntax = {
  ...{ headerBytes: 8, align: 2, preambleBytes: 12, audioId: 'data' },
  read: (header) => ({ id: fourCc(header), sizeBytes: header.readUInt32LE(4) }),
};
const aiff: ChunkSyntax = { ...riff, audioId: 'SSND', read: (header) => ({ id: fourCc(header), sizeBytes: header.readUInt32BE(4) }) };
const wave64: ChunkSyntax = {
  ...{ headerBytes: 24, align: 8, preambleBytes: 40, audioId: 'data' },
  read: (header) => ({ id: fourCc(header), sizeBytes: Number(header.readBigInt64LE(16)) - 24 }),
};
const caf: ChunkSyntax = {
  ...{ headerBytes: 12, align: 1, preambleBytes: 8, audioId: 'data' },
  read: (header) => ({ id: fourCc(header), sizeBytes: Number(header.readBigInt64BE(4)) }),
};

/**
 * 32-bit sizes from this value on are placeholders of writers to a pipe (ffmpeg 0xFFFFFFFF, SoX 0x7FFFFFFF less its headers), and 0 is left by a
 * recorder that did not finish: both mean "up to the end". 64-bit sizes have placeholders near their own limit.
 */
const unknownFromBytes = 0x7fff0000;

/**
 * WAV: the `data` chunk must be there and end inside the file. RF64 and BW64 keep the true size in `ds64` (EBU Tech 3306 §3). A chunk behind
 * the audio may run over only when the size of the file in bytes 4–7 fits: old writers get sizes of such chunks wrong.
 *
 * @see Microsoft/IBM, Multimedia Programming Interface and Data Specifications 1.0 (1991), chapter 2
 */
export const missingFromWav: TruncationCheck = async (file, range, budget) => {
  const head = await file.read(range.start, 36);
  const long = head.toString('latin1', 0, 4) !== 'RIFF' && head.toString('latin1', 12, 16) === 'ds64' && head.length === 36;
  const dataBytes = long ? Number(head.readBigUInt64LE(28)) : undefined;
  return missingChunk({ file, range, budget }, riff, {
    declaredEnd: declaredEnd(range, head.readUInt32LE(4)),
    ...(dataBytes && { audioBytes: dataBytes }),
  });
};

/** AIFF and AIFF-C: as WAV, big-endian, the audio in `SSND`. @see Apple, Audio Interchange File Format AIFF-C (1991) §2 */
export const missingFromAiff: TruncationCheck = async (file, range, budget) => {
  const head = await file.read(range.start, 8);
  return missingChunk({ file, range, budget }, aiff, { declaredEnd: declaredEnd(range, head.readUInt32BE(4)) });
};

/** Wave64: GUIDs and 64-bit sizes that count their header. @see Sony Pictures Digital, Sony Wave64 (2003) */
export const missingFromWave64: TruncationCheck = (file, range, budget) => missingChunk({ file, range, budget }, wave64, {});

/** CAF: the audio may have a size of -1 when it is the last chunk. @see Apple, Core Audio Format Specification 1.0, "Audio Data Chunk" */
export const missingFromCaf: TruncationCheck = (file, range, budget) => missingChunk({ file, range, budget }, caf, {});

/** Sun AU: offset and size of the audio in the header; 0xFFFFFFFF is unknown. @see Sun/NeXT audio(7) */
export const missingFromAu: TruncationCheck = async (file, { start, end }) => {
  const head = await file.read(start, 24);
  if (head.length < 24) return 'the header is cut';
  const sizeBytes = head.readUInt32BE(8);
  const over = start + head.readUInt32BE(4) + sizeBytes - end;
  return sizeBytes < unknownFromBytes && over > 0 ? `${over} bytes of audio are missing` : undefined;
};

interface ChunkWalk {
  readonly file: RandomAccess;
  readonly range: ContainerRange;
  readonly budget: ParsingBudget;
}

interface DeclaredSizes {
  /** End of the file according to its own size. */
  readonly declaredEnd?: number | undefined;
  /** Size of the audio where the header of its chunk cannot hold it. */
  readonly audioBytes?: number;
}

const declaredEnd = ({ start }: ContainerRange, sizeBytes: number) => (isUnknown(sizeBytes, 8) ? undefined : start + 8 + sizeBytes);
const isUnknown = (sizeBytes: number, headerBytes: number) =>
  sizeBytes <= 0 || sizeBytes >= (headerBytes === 8 ? unknownFromBytes : 2 ** 62);

async function missingChunk({ file, range, budget }: ChunkWalk, syntax: ChunkSyntax, declared: DeclaredSizes): Promise<string | undefined> {
  let hasAudio = false;
  let at = range.start + syntax.preambleBytes;
  while (at < range.end) {
    budget.spend('chunks');
    const chunk = await readChunk(file, at, syntax);
    if (chunk === undefined) break;
    const isAudio = chunk.id === syntax.audioId;
    const sizeBytes = isAudio ? (declared.audioBytes ?? chunk.sizeBytes) : chunk.sizeBytes;
    hasAudio ||= isAudio;
    if (isAudio && sizeBytes === undefined) return undefined;
    const bodyEnd = chunk.bodyAt + (sizeBytes ?? 0);
    if (bodyEnd > range.end) return overrun(bodyEnd - range.end, isAudio || !hasAudio || (declared.declaredEnd ?? 0) > file.sizeBytes + 1);
    at = range.start + Math.ceil((bodyEnd - range.start) / syntax.align) * syntax.align;
  }
  return hasAudio ? undefined : 'the chunk with the audio is missing';
}

const overrun = (bytes: number, counts: boolean) => (counts ? `${bytes} bytes are missing` : undefined);

async function readChunk(file: RandomAccess, at: number, syntax: ChunkSyntax): Promise<Chunk | undefined> {
  const header = await file.read(at, syntax.headerBytes);
  if (header.length < syntax.headerBytes) return undefined;
  const { id, sizeBytes } = syntax.read(header);
  return { id, bodyAt: at + syntax.headerBytes, sizeBytes: isUnknown(sizeBytes, syntax.headerBytes) ? undefined : sizeBytes };
}
