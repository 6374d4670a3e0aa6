/** Rows as the text of files: batches of rows in, the pieces of one file after the other out. Memory is bounded by a batch. */
import type { DataExport, ExportOptions } from '#contracts';
import { byteOrderMark, csvRow } from './csv-row.ts';

export type FileFormat = Pick<DataExport, 'format' | 'compression'> & ExportOptions;

/** How the rows of one source are written. */
export interface RowForm<Row> {
  readonly json: (row: Row) => object;
  readonly columns: readonly string[];
  readonly cells: (row: Row) => readonly (string | number | null)[];
}

/** Gives out the rows of batches in files of at most `rowsPerFile`. */
export class FileCutter<Row> {
  readonly #batches: AsyncIterator<readonly Row[]>;
  readonly #format: FileFormat;
  readonly #form: RowForm<Row>;
  #rest: readonly Row[] = [];
  /** Rows of the file that was written last. */
  rowCount = 0;

  constructor(batches: AsyncIterable<readonly Row[]>, format: FileFormat, form: RowForm<Row>) {
    [this.#batches, this.#format, this.#form] = [batches[Symbol.asyncIterator](), format, form];
  }

  /** Whether another file has rows. */
  async hasMore(): Promise<boolean> {
    while (this.#rest.length === 0) {
      const { value, done } = await this.#batches.next();
      if (done) return false;
      this.#rest = value;
    }
    return true;
  }

  /** The text of the next file. */
  async *file(): AsyncGenerator<string> {
    const { format, rowsPerFile, isFormulaGuarded, hasByteOrderMark } = this.#format;
    const { json, columns, cells } = this.#form;
    this.rowCount = 0;
    if (format === 'csv') yield (hasByteOrderMark ? byteOrderMark : '') + csvRow(columns, false);
    const write = format === 'csv' ? (row: Row) => csvRow(cells(row), isFormulaGuarded) : (row: Row) => `${JSON.stringify(json(row))}\n`;
    while (this.rowCount < rowsPerFile && (await this.hasMore())) {
      const taken = this.#rest.slice(0, rowsPerFile - this.rowCount);
      this.#rest = this.#rest.slice(taken.length);
      this.rowCount += taken.length;
      yield taken.map(write).join('');
    }
  }
}

const endings = { none: '', gzip: '.gz', zstd: '.zst', br: '.br' } as const satisfies Record<DataExport['compression'], string>;
const types = { gzip: 'application/gzip', zstd: 'application/zstd', br: 'application/octet-stream' } as const;
const plainTypes = { ndjson: 'application/x-ndjson', csv: 'text/csv; charset=utf-8' } as const;

/** `documents-0.csv.gz` */
export const fileNameOf = (
  { source, format, compression }: Pick<DataExport, 'source' | 'format' | 'compression'>,
  number: number,
): string => `${source}-${number}.${format}${endings[compression]}`;

export const contentTypeOf = ({ format, compression }: Pick<DataExport, 'format' | 'compression'>): string =>
  compression === 'none' ? plainTypes[format] : types[compression];
