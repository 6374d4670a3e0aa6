/** Small pictures as grids of cells: means of luma and chroma, so that noise averages out and frames can be compared quickly. */

/** Side of a cell in luma pixels. */
export const cellPx = 4;

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

/** Bytes of one frame in planar YCbCr 4:2:0. Both sides are even. */
export const frameBytesOf = ({ widthPx, heightPx }: FrameSize): number => (widthPx * heightPx * 3) / 2;

/** Pixels that do not fill a cell at the right and at the bottom are left out; a picture below 4 pixels has one cell. */
export const gridSizeOf = ({ widthPx, heightPx }: FrameSize): GridSize => ({
  columns: Math.max(1, Math.floor(widthPx / cellPx)),
  rows: Math.max(1, Math.floor(heightPx / cellPx)),
});

/** @param frame planar YCbCr 4:2:0, full range, {@link frameBytesOf} bytes */
export function gridOf(frame: Uint8Array, size: FrameSize): Grid {
  const { widthPx, heightPx } = size;
  const grid = gridSizeOf(size);
  const lumaBytes = widthPx * heightPx;
  const chroma = { widthPx: widthPx / 2, heightPx: heightPx / 2 };
  const planeOf = (from: number, plane: FrameSize) => frame.subarray(from, from + plane.widthPx * plane.heightPx);
  return {
    ...grid,
    luma: cellMeans(planeOf(0, size), size, grid, cellPx),
    cb: cellMeans(planeOf(lumaBytes, chroma), chroma, grid, cellPx / 2),
    cr: cellMeans(planeOf(lumaBytes + lumaBytes / 4, chroma), chroma, grid, cellPx / 2),
  };
}

function cellMeans(plane: Uint8Array, { widthPx, heightPx }: FrameSize, { columns, rows }: GridSize, side: number): Uint8Array {
  const means = new Uint8Array(columns * rows);
  const [cellWidth, cellHeight] = [Math.min(side, widthPx), Math.min(side, heightPx)];
  const count = cellWidth * cellHeight;
  for (let row = 0, at = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++, at++) {
      let sum = 0;
      for (let y = 0; y < cellHeight; y++) {
        const from = (row * side + y) * widthPx + column * side;
        for (let x = 0; x < cellWidth; x++) sum += plane[from + x]!;
      }
      means[at] = (sum + count / 2) / count;
    }
  }
  return means;
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
