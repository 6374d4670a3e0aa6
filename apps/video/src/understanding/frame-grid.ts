/** Small pictures as grids of cells: means of luma and chroma, so that noise averages out and frames can be compared quickly. */

/** Side of a cell in luma pixels. */
export const cellPx = 4;

/** Both sides are multiples of {@link cellPx}. */
export interface FrameSize {
  readonly widthPx: number;
  readonly heightPx: number;
}

export interface GridSize {
  readonly columns: number;
  readonly rows: number;
}

/** Means of the cells, row by row, each in [0, 255]. */
export interface Grid extends GridSize {
  readonly luma: Uint8Array;
  readonly cb: Uint8Array;
  readonly cr: Uint8Array;
}

/** Bytes of one frame in planar YCbCr 4:1:0: a value of each chroma for every cell. */
export const frameBytesOf = ({ widthPx, heightPx }: FrameSize): number => widthPx * heightPx + (2 * widthPx * heightPx) / cellPx ** 2;

export const gridSizeOf = ({ widthPx, heightPx }: FrameSize): GridSize => ({ columns: widthPx / cellPx, rows: heightPx / cellPx });

/** A grid to be filled, and its three planes in one piece. */
export function emptyGrid({ columns, rows }: GridSize): Grid & { readonly planes: Uint8Array } {
  const cells = columns * rows;
  const planes = new Uint8Array(3 * cells);
  return { columns, rows, planes, luma: planes.subarray(0, cells), cb: planes.subarray(cells, 2 * cells), cr: planes.subarray(2 * cells) };
}

/** The grid with half as many columns and rows: cells of twice the side. A last column or row without a partner is left out. */
export function halved(grid: Grid): Grid {
  const half = emptyGrid({ columns: Math.max(1, grid.columns >> 1), rows: Math.max(1, grid.rows >> 1) });
  halvePlane(grid.luma, grid, half.luma, half);
  halvePlane(grid.cb, grid, half.cb, half);
  halvePlane(grid.cr, grid, half.cr, half);
  return half;
}

function halvePlane(cells: Uint8Array, from: GridSize, means: Uint8Array, to: GridSize): void {
  const [right, below] = [from.columns > 1 ? 1 : 0, from.rows > 1 ? from.columns : 0];
  for (let row = 0, at = 0; row < to.rows; row++)
    for (let column = 0, cell = 2 * row * from.columns; column < to.columns; column++, at++, cell += 2)
      means[at] = (cells[cell]! + cells[cell + right]! + cells[cell + below]! + cells[cell + below + right]! + 2) >> 2;
}

/** The grid in fewer cells, luma only, for series that are kept for the whole video. */
export function shrinkLuma({ luma, columns, rows }: Pick<Grid, 'luma' | 'columns' | 'rows'>, to: GridSize): Uint8Array {
  const small = new Uint8Array(to.columns * to.rows);
  for (let row = 0, at = 0; row < to.rows; row++) {
    const [top, bottom] = range(row, to.rows, rows);
    for (let column = 0; column < to.columns; column++, at++) {
      const [left, right] = range(column, to.columns, columns);
      let sum = 0;
      for (let y = top; y < bottom; y++) for (let x = left; x < right; x++) sum += luma[y * columns + x]!;
      small[at] = Math.round(sum / ((bottom - top) * (right - left)));
    }
  }
  return small;
}

/** Part `index` of `parts` over `length` cells; at least one cell. */
function range(index: number, parts: number, length: number): [from: number, to: number] {
  const from = Math.min(length - 1, Math.floor((index * length) / parts));
  return [from, Math.max(from + 1, Math.floor(((index + 1) * length) / parts))];
}
