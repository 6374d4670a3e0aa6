/** Parquet files: a row group after the other, pages compressed with Snappy. The library is loaded with the first file. */
import type { Cell, ColumnType, ExportColumn } from '../export-row.ts';
import { columnGroups } from './column-groups.ts';

const types = {
  text: 'STRING',
  json: 'STRING',
  number: 'DOUBLE',
  integer: 'INT64',
  boolean: 'BOOLEAN',
  timestamp: 'TIMESTAMP',
} as const satisfies Record<ColumnType, string>;

const converters: Readonly<Partial<Record<ColumnType, (cell: Exclude<Cell, null>) => unknown>>> = {
  integer: (cell) => BigInt(cell),
  timestamp: (cell) => new Date(String(cell)),
};

export async function* parquetFile<Row>(
  batches: AsyncIterable<readonly Row[]>,
  columns: readonly ExportColumn<Row>[],
): AsyncGenerator<Uint8Array> {
  const { ByteWriter, ParquetWriter, schemaFromColumnData } = await import('hyparquet-writer');
  const named = (group?: readonly (readonly Cell[])[]) =>
    columns.map(({ name, type }, at) => {
      const convert = converters[type];
      const cells = group?.[at] ?? [];
      return {
        name,
        type: types[type],
        nullable: true,
        data: convert ? cells.map((cell) => (cell === null ? null : convert(cell))) : [...cells],
      };
    });
  const bytes = new ByteWriter();
  const file = new ParquetWriter({ writer: bytes, schema: schemaFromColumnData({ columnData: named() }), createdBy: 'Rafaga' });
  const take = () => {
    const taken = bytes.getBytes().slice();
    bytes.index = 0; // offsets in the file go on
    return taken;
  };
  for await (const group of columnGroups(batches, columns)) {
    await file.write({ columnData: named(group), rowGroupSize: group[0]!.length });
    yield take();
  }
  await file.finish();
  yield take();
}
