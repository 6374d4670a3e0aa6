/** Reads, analyses and signs the documents of a chunk, on another thread. */
import { Failure, type TextAnalysis } from '#contracts';
import { analyzeText } from '../analysis/analyze-text.ts';
import { textHash } from '../analysis/embed-text.ts';
import { type BadLine, type ChunkToRead, HeaderFault, type NewDocument, type ReadChunk, readDocuments } from './read-documents.ts';
import { shinglesOf } from './shingles.ts';
import { signatureOf } from './signature.ts';

export type PrepareInput = { readonly chunk: ChunkToRead } | { readonly documents: readonly NewDocument[] };

export interface PreparedDocuments {
  /** JSON list of rows as `DocumentStore.write` takes them, in UTF-8; every id once, the last one where it came again. */
  readonly rows: Uint8Array;
  /** Of the normalised text of each row. */
  readonly hashes: readonly string[];
  /** The text of each row: analyses make the rows several times as long. */
  readonly texts: readonly string[];
  readonly documentCount: number;
  /** Documents whose id came again in the chunk. */
  readonly repeated: number;
  readonly badLines: readonly BadLine[];
  readonly refusedCount: number;
  readonly linesRead: number;
  readonly columns: readonly string[] | null;
}

const encoder = new TextEncoder();

/** @throws Failure `documents-invalid` when a CSV file has no columns `id` and `text` */
export default (input: PrepareInput): PreparedDocuments => {
  const read =
    'chunk' in input
      ? readChunk(input.chunk)
      : { documents: input.documents, badLines: [], refusedCount: 0, linesRead: input.documents.length, columns: null };
  const byId = new Map(read.documents.map((document) => [document.id, document]));
  const documents = [...byId.values()];
  const hashes = documents.map(({ text }) => textHash(text));
  return {
    rows: encoder.encode(`[${documents.map((document, at) => rowOf(document, hashes[at]!)).join(',')}]`), // its own buffer, which is moved
    hashes,
    texts: documents.map(({ text }) => text),
    documentCount: byId.size,
    repeated: read.documents.length - byId.size,
    badLines: read.badLines,
    refusedCount: read.refusedCount,
    linesRead: read.linesRead,
    columns: read.columns,
  };
};

function readChunk(chunk: ChunkToRead): ReadChunk {
  try {
    return readDocuments(chunk);
  } catch (error) {
    if (error instanceof HeaderFault) throw new Failure('documents-invalid', error.message);
    throw error;
  }
}

function rowOf({ id, text, metadata }: NewDocument, hash: string): string {
  const signature = signatureOf(shinglesOf(text));
  const analysis = analyzeText(text);
  const s = signature ? Buffer.from(signature.buffer).toString('base64') : null;
  const own = JSON.stringify({ i: id, t: text, l: analysis.language, m: metadata, s, h: hash });
  return `${own.slice(0, -1)},"a":${storableJson(analysis)}}`;
}

const halfCharacter = /\\ud[89a-f]/i;

/** JSON of an analysis. A span may end inside a character; PostgreSQL does not take half of one. */
function storableJson(analysis: TextAnalysis): string {
  const json = JSON.stringify(analysis);
  if (!halfCharacter.test(json)) return json;
  return JSON.stringify(analysis, (_, value: unknown) => (typeof value === 'string' ? value.toWellFormed() : value));
}
