/** Groups of rows as columns, for columnar formats. Encoding one group holds the event loop, so groups are small. */
import type { Cell, ExportColumn } from '../export-row.ts';

const maxGroupRows = 20_000;
/** Of cells, in UTF-16 units of text and 8 for anything else: encoded in about 100 ms. */
const maxGroupUnits = 4_000_000;

/** A list of cells for each column, in the order of the columns. */
export type ColumnGroup = readonly (readonly Cell[])[];

export async function* columnGroups<Row>(
  batches: AsyncIterable<readonly Row[]>,
  columns: readonly ExportColumn<Row>[],
): AsyncGenerator<ColumnGroup> {
  let group: Cell[][] = columns.map(() => []);
  let [rows, units] = [0, 0];
  for await (const batch of batches)
    for (const row of batch) {
      for (const [at, { of }] of columns.entries()) {
        const cell = of(row);
        group[at]!.push(cell);
        units += typeof cell === 'string' ? cell.length : 8;
      }
      if (++rows < maxGroupRows && units < maxGroupUnits) continue;
      yield group;
      [group, rows, units] = [columns.map(() => []), 0, 0];
    }
  if (rows > 0) yield group;
}
