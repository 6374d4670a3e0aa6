/**
 * Chunks of a load that have been prepared, and their form as bytes, in which one copy of the service hands those of a part to another: for each chunk the
 * lengths of its description and of its rows (unsigned, 32 bits, little endian), the description as JSON, the rows.
 */
import type { Chunk } from './cut-records.ts';
import type { EmbeddedTexts } from './models/vector-model.ts';
import type { PreparedDocuments } from './prepare-documents.worker.ts';

export interface PreparedChunk {
  readonly chunk: Pick<Chunk, 'start' | 'end' | 'line' | 'lines'>;
  readonly prepared: Omit<PreparedDocuments, 'texts'>;
  readonly embedded: readonly EmbeddedTexts[];
}

interface Description extends Pick<PreparedChunk, 'chunk'> {
  readonly prepared: Omit<PreparedChunk['prepared'], 'rows'>;
  readonly models: readonly EmbeddedTexts['model'][];
}

const headBytes = 8;

/** @param chunk with vectors that are stored: they are not part of the bytes @returns pieces of the bytes, one after the other */
export function encodeChunk({ chunk: { start, end, line, lines }, prepared, embedded }: PreparedChunk): readonly Uint8Array[] {
  const { rows, ...counts } = prepared;
  const own: Description = { chunk: { start, end, line, lines }, prepared: counts, models: embedded.map(({ model }) => model) };
  const description = Buffer.from(JSON.stringify(own));
  const head = Buffer.alloc(headBytes);
  head.writeUInt32LE(description.length, 0);
  head.writeUInt32LE(rows.length, 4);
  return [head, description, rows];
}

/** @throws RangeError when the bytes end within a chunk */
export async function* decodeChunks(source: AsyncIterable<Uint8Array>): AsyncGenerator<PreparedChunk> {
  let [pending, length]: [Uint8Array[], number] = [[], 0];
  let needed = headBytes;
  for await (const block of source) {
    pending.push(block);
    length += block.length;
    while (length >= needed) {
      const bytes = Buffer.concat(pending);
      needed = headBytes + bytes.readUInt32LE(0) + bytes.readUInt32LE(4);
      if (length >= needed) {
        yield decodeChunk(bytes.subarray(0, needed));
        [pending, length, needed] = [[bytes.subarray(needed)], length - needed, headBytes];
      } else pending = [bytes];
    }
  }
  if (length > 0) throw new RangeError(`${length} bytes of a chunk, of ${needed}`);
}

function decodeChunk(bytes: Buffer): PreparedChunk {
  const rowsFrom = headBytes + bytes.readUInt32LE(0);
  const { chunk, prepared, models } = JSON.parse(bytes.toString('utf8', headBytes, rowsFrom)) as Description;
  return { chunk, prepared: { ...prepared, rows: bytes.subarray(rowsFrom) }, embedded: models.map((model) => ({ ...stored, model })) };
}

const stored = { hashes: [], vectors: new Uint8Array(0) };

/** The text of each row. */
export const textsOf = (rows: Uint8Array): string[] =>
  (JSON.parse(Buffer.from(rows.buffer, rows.byteOffset, rows.length).toString('utf8')) as { t: string }[]).map(({ t }) => t);
