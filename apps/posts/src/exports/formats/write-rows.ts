/** The bytes of one file from its rows, in any format. Memory is bounded by a batch of rows, in columnar formats by a group of them. */
import type { DataExport, ExportOptions } from '#contracts';
import type { RowForm } from '../export-row.ts';
import { arrowFile } from './arrow.ts';
import { byteOrderMark, csvRow } from './csv-row.ts';
import { parquetFile } from './parquet.ts';
import { textChunks } from './text-chunks.ts';

export type FileFormat = Pick<DataExport, 'format' | 'compression'> & ExportOptions;
export type FileBytes = AsyncGenerator<Uint8Array>;

/** @param batches rows of this file; it ends where they end */
export function writeRows<Row>(batches: AsyncIterable<readonly Row[]>, format: FileFormat, form: RowForm<Row>): FileBytes {
  if (format.format === 'parquet') return parquetFile(batches, form.columns);
  if (format.format === 'arrow') return arrowFile(batches, form.columns);
  return format.format === 'csv' ? csvFile(batches, format, form) : textChunks(batches, (row) => `${form.line(row)}\n`);
}

function csvFile<Row>(
  batches: AsyncIterable<readonly Row[]>,
  { isFormulaGuarded, hasByteOrderMark }: FileFormat,
  { columns }: RowForm<Row>,
): FileBytes {
  const header = csvRow(
    columns.map(({ name }) => name),
    false,
  );
  const rowOf = (row: Row) =>
    csvRow(
      columns.map(({ of }) => of(row)),
      isFormulaGuarded,
    );
  return textChunks(batches, rowOf, (hasByteOrderMark ? byteOrderMark : '') + header);
}
