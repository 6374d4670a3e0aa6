/** Files of an export: batches of rows in, the bytes of one file after the other out. */
import type { DataExport } from '#contracts';
import type { RowForm } from './export-row.ts';
import { type FileBytes, type FileFormat, writeRows } from './formats/write-rows.ts';

/** Files of an export at most: they are listed in one message. */
export const maxFiles = 2_000;

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

  /** The bytes of the next file. */
  file(): FileBytes {
    return writeRows(this.#rows(), this.#format, this.#form);
  }

  async *#rows(): AsyncGenerator<readonly Row[]> {
    this.rowCount = 0;
    while (this.rowCount < this.#format.rowsPerFile && (await this.hasMore())) {
      const taken = this.#rest.slice(0, this.#format.rowsPerFile - this.rowCount);
      this.#rest = this.#rest.slice(taken.length);
      this.rowCount += taken.length;
      yield taken;
    }
  }
}

const endings = { none: '', gzip: '.gz', zstd: '.zst', br: '.br' } as const satisfies Record<DataExport['compression'], string>;
const types = { gzip: 'application/gzip', zstd: 'application/zstd', br: 'application/octet-stream' } as const;
const plainTypes = {
  ndjson: 'application/x-ndjson',
  csv: 'text/csv; charset=utf-8',
  parquet: 'application/vnd.apache.parquet',
  arrow: 'application/vnd.apache.arrow.file',
} as const satisfies Record<DataExport['format'], string>;

type Named = Pick<DataExport, 'source' | 'format' | 'compression'>;

/** `documents-0.csv.gz` */
export const fileNameOf = ({ source, format, compression }: Named, number: number): string =>
  `${source}-${number}.${format}${endings[compression]}`;

export const contentTypeOf = ({ format, compression }: Pick<DataExport, 'format' | 'compression'>): string =>
  compression === 'none' ? plainTypes[format] : types[compression];

/** The manifest of an export: what its files are and how to check them. */
export function manifestOf(
  { id, source, format, compression }: Named & { readonly id: string },
  columns: readonly { readonly name: string; readonly type: string }[],
  files: DataExport['files'],
): string {
  const rowCount = files.reduce((sum, file) => sum + file.rowCount, 0);
  const described = columns.map(({ name, type }) => ({ name, type }));
  return `${JSON.stringify({ exportId: id, source, format, compression, rowCount, columns: described, files }, null, 2)}\n`;
}
