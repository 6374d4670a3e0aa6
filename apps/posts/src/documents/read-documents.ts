/** Reads the records of a chunk: each becomes a document, or a bad line with a code. */
import { isUtf8 } from 'node:buffer';
import { badLinesKept, type DocumentFormat, documentMaxLength } from '#contracts';
import { type CsvRecord, readCsv } from './read-csv.ts';

export interface NewDocument {
  readonly id: string;
  readonly text: string;
  readonly metadata: Record<string, string>;
}

export interface BadLine {
  /** From 1; of a CSV record its first line. */
  readonly line: number;
  readonly code: BadLineCode;
  readonly detail: string;
}

export type BadLineCode =
  | 'line-too-long'
  | 'utf8-invalid'
  | 'json-invalid'
  | 'not-an-object'
  | 'row-ragged'
  | 'id-missing'
  | 'id-invalid'
  | 'text-missing'
  | 'text-too-long'
  | 'text-invalid'
  | 'metadata-invalid';

export interface ReadChunk {
  readonly documents: readonly NewDocument[];
  /** In the order of the file, the first ones of {@link refusedCount}. */
  readonly badLines: readonly BadLine[];
  readonly refusedCount: number;
  /** Documents and bad lines; neither blank lines nor the header. */
  readonly linesRead: number;
  /** Of CSV: names of the columns, in their order. */
  readonly columns: readonly string[] | null;
}

export interface ChunkToRead {
  readonly bytes: Uint8Array;
  readonly format: DocumentFormat;
  /** Lines of the file before it. */
  readonly line: number;
  /** Of CSV; null for the first chunk, which begins with the header. */
  readonly columns: readonly string[] | null;
  /** The chunk begins the file: it may have a byte order mark. */
  readonly isFirst: boolean;
}

/** Columns of CSV: more than a document can have metadata, because most cells of a row may be empty. */
const maxColumns = 1_000;

/** Why a record is no document. */
class Refusal extends Error {
  readonly code: BadLineCode;

  constructor(code: BadLineCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** The header of a CSV file does not name the columns. */
export class HeaderFault extends Error {}

/** @throws HeaderFault when CSV has no columns `id` and `text` */
export function readDocuments({ bytes, format, line, columns, isFirst }: ChunkToRead): ReadChunk {
  const hasMark = isFirst && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  const content = Buffer.from(bytes.buffer, bytes.byteOffset + (hasMark ? 3 : 0), bytes.byteLength - (hasMark ? 3 : 0));
  return format === 'csv' ? readCsvDocuments(content, line, columns) : { ...readNdjson(content, line), columns: null };
}

type Reading = Pick<ReadChunk, 'documents' | 'badLines' | 'refusedCount' | 'linesRead'>;

/** Makes a document of each record that is one. */
function collect<Item>(records: Iterable<readonly [line: number, record: Item]>, documentOf: (record: Item) => NewDocument): Reading {
  const documents: NewDocument[] = [];
  const badLines: BadLine[] = [];
  let refusedCount = 0;
  for (const [line, record] of records) {
    try {
      documents.push(documentOf(record));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      if (++refusedCount <= badLinesKept) badLines.push({ line, code: error.code, detail: error.message });
    }
  }
  return { documents, badLines, refusedCount, linesRead: documents.length + refusedCount };
}

const lineFeed = 10;

function* linesOf(bytes: Buffer, linesBefore: number): Generator<readonly [number, Buffer]> {
  let [from, line] = [0, linesBefore];
  while (from < bytes.length) {
    const end = bytes.indexOf(lineFeed, from);
    const content = bytes.subarray(from, end < 0 ? undefined : end);
    line++;
    if (!isBlank(content)) yield [line, content];
    from = end < 0 ? bytes.length : end + 1;
  }
}

/** Spaces, tabs and carriage returns only. */
const isBlank = (bytes: Buffer): boolean => bytes.every((byte) => byte === 32 || byte === 9 || byte === 13);

const readNdjson = (bytes: Buffer, line: number): Reading => collect(linesOf(bytes, line), documentOfJson);

function documentOfJson(bytes: Buffer): NewDocument {
  const value = parseJson(decoded(bytes));
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Refusal('not-an-object', 'The line is not an object.');
  const { id, text, metadata } = value as Readonly<Record<string, unknown>>;
  return { id: checkedId(id), text: checkedText(text), metadata: checkedMetadata(metadata) };
}

function decoded(bytes: Buffer): string {
  if (!isUtf8(bytes)) throw new Refusal('utf8-invalid', 'The line is not UTF-8.');
  return bytes.toString('utf8');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new Refusal('json-invalid', 'The line is not JSON.');
  }
}

function readCsvDocuments(bytes: Buffer, line: number, known: readonly string[] | null): ReadChunk {
  const records = readCsv(bytes, line, maxColumns).filter(({ cells }) => cells.length > 1 || !isBlank(cells[0]!));
  const columns = known ?? columnsOf(records.shift());
  return {
    ...collect(
      records.map((record) => [record.line, record] as const),
      (record) => documentOfRow(record, columns),
    ),
    columns,
  };
}

function columnsOf(header: CsvRecord | undefined): readonly string[] {
  const columns = header?.cells.map((cell) => cell.toString('utf8').trim()) ?? [];
  if (columns.length > maxColumns || columns.some((name) => name.length > 64))
    throw new HeaderFault(`A CSV file has at most ${maxColumns} columns, with names of at most 64 characters.`);
  const isRepeated = new Set(columns).size < columns.length;
  if (!columns.includes('id') || !columns.includes('text') || isRepeated)
    throw new HeaderFault('The first line of a CSV file names its columns: id, text and others, each once.');
  return columns;
}

function documentOfRow({ cells }: CsvRecord, columns: readonly string[]): NewDocument {
  if (cells.length !== columns.length)
    throw new Refusal(
      'row-ragged',
      `The row has ${cells.length > maxColumns ? `more than ${maxColumns}` : cells.length} cells, the header has ${columns.length}.`,
    );
  const values = Object.fromEntries(columns.map((name, at) => [name, decoded(cells[at]!)]));
  const { id, text, ...others } = values;
  const metadata = Object.fromEntries(Object.entries(others).filter(([, value]) => value !== ''));
  return { id: checkedId(id), text: checkedText(text), metadata: checkedMetadata(metadata) };
}

/** PostgreSQL takes neither NUL nor lone surrogates. */
const isStorable = (text: string): boolean => text.isWellFormed() && !text.includes('\u0000');

function checkedId(id: unknown): string {
  if (id === undefined || id === null || id === '') throw new Refusal('id-missing', 'There is no id.');
  const text = typeof id === 'number' && Number.isSafeInteger(id) ? String(id) : id;
  if (typeof text !== 'string') throw new Refusal('id-invalid', 'The id is neither a text nor an integer.');
  const label = text.normalize('NFC').trim();
  const isLabel = label.length >= 1 && label.length <= 200 && isStorable(label) && !/\p{Cc}/u.test(label);
  if (!isLabel) throw new Refusal('id-invalid', 'An id has 1 to 200 characters and no control characters.');
  return label;
}

function checkedText(text: unknown): string {
  if (text === undefined || text === null || text === '') throw new Refusal('text-missing', 'There is no text.');
  if (typeof text !== 'string') throw new Refusal('text-invalid', 'The text is not a text.');
  const normal = text.normalize('NFC');
  if (normal.length > documentMaxLength) throw new Refusal('text-too-long', `A text has at most ${documentMaxLength} characters.`);
  if (!isStorable(normal)) throw new Refusal('text-invalid', 'The text has a NUL or half a character.');
  return normal;
}

function checkedMetadata(metadata: unknown): Record<string, string> {
  if (metadata === undefined || metadata === null) return {};
  const pairs = typeof metadata === 'object' && !Array.isArray(metadata) ? Object.entries(metadata) : undefined;
  const isPair = ([key, value]: [string, unknown]) =>
    key.length >= 1 && key.length <= 64 && isStorable(key) && typeof value === 'string' && value.length <= 500 && isStorable(value);
  if (!pairs || pairs.length > 50 || !pairs.every(isPair))
    throw new Refusal('metadata-invalid', 'Metadata is up to 50 pairs of texts: names of 1 to 64 characters, values of up to 500.');
  return Object.fromEntries(pairs as [string, string][]);
}
