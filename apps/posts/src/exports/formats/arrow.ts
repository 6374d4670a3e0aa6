/** Arrow IPC files (Feather 2): a record batch after the other. The library is loaded with the first file. */
import type { Cell, ColumnType, ExportColumn } from '../export-row.ts';
import { columnGroups } from './column-groups.ts';

type Arrow = typeof import('apache-arrow');

const typeOf = (arrow: Arrow, type: ColumnType) => {
  if (type === 'number') return new arrow.Float64();
  if (type === 'integer') return new arrow.Int64();
  if (type === 'boolean') return new arrow.Bool();
  return type === 'timestamp' ? new arrow.Timestamp(arrow.TimeUnit.MILLISECOND, 'UTC') : new arrow.Utf8();
};

const converters: Readonly<Partial<Record<ColumnType, (cell: Exclude<Cell, null>) => unknown>>> = {
  integer: (cell) => BigInt(cell),
  timestamp: (cell) => Date.parse(String(cell)),
};

export async function* arrowFile<Row>(
  batches: AsyncIterable<readonly Row[]>,
  columns: readonly ExportColumn<Row>[],
): AsyncGenerator<Uint8Array> {
  const arrow = await import('apache-arrow');
  const schema = new arrow.Schema(columns.map(({ name, type }) => new arrow.Field(name, typeOf(arrow, type), true)));
  const batchOf = (group: readonly (readonly Cell[])[]) => {
    const children = schema.fields.map(({ type }, at) => {
      const convert = converters[columns[at]!.type];
      const cells = convert ? group[at]!.map((cell) => (cell === null ? null : convert(cell))) : group[at]!;
      return arrow.vectorFromArray(cells as never[], type).data[0]!;
    });
    const length = group[0]!.length;
    return new arrow.RecordBatch(schema, arrow.makeData({ type: new arrow.Struct(schema.fields), length, nullCount: 0, children }));
  };
  const writer = new arrow.RecordBatchFileWriter();
  writer.reset(undefined, schema);
  const pieces = writer[Symbol.asyncIterator]();
  let next = pieces.next();
  for await (const group of columnGroups(batches, columns)) {
    writer.write(batchOf(group));
    for (let piece = await atOnce(next); piece?.value; piece = await atOnce(next)) {
      yield piece.value;
      next = pieces.next();
    }
  }
  writer.finish();
  for (let piece = await next; !piece.done; piece = await pieces.next()) yield piece.value;
}

/** What a promise has been fulfilled with by now: the writer has no other sign that it waits for the next batch. */
const atOnce = <T>(promise: Promise<T>): Promise<T | undefined> => Promise.race([promise, Promise.resolve(undefined)]);
