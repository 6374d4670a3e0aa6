/** Joins blocks of rows, in the order of the file, into one set of columns that threads can share. */
import { noGroup, type RowColumns } from './row-spool.ts';

export class TooManyGroups extends RangeError {}

/**
 * Collects blocks, and counts them so that a run that is too large ends early.
 * Bytes of a row: 4 (line) + 4 (end of its id) + its id + 8 for each column + 4 where rows have groups.
 */
export class RowBlocks {
  readonly #blocks: RowColumns[] = [];
  readonly #groupNames: string[] = [];
  readonly #groups = new Map<string, number>();
  readonly #maxGroups: number;
  #rowCount = 0;
  #idBytes = 0;
  #sizeBytes = 0;

  constructor({ maxGroups }: { readonly maxGroups: number }) {
    this.#maxGroups = maxGroups;
  }

  get rowCount(): number {
    return this.#rowCount;
  }

  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  /** @throws TooManyGroups */
  add(block: RowColumns): void {
    const place = block.groupNames.map((name) => this.#placeOf(name));
    const { groupOf } = block;
    for (let row = 0; row < groupOf.length; row++) if (groupOf[row] !== noGroup) groupOf[row] = place[groupOf[row]!]!;
    this.#blocks.push(block);
    this.#rowCount += block.rowCount;
    this.#idBytes += block.ids.length;
    this.#sizeBytes += block.ids.length + block.lines.byteLength + block.idEnds.byteLength + block.values.byteLength + groupOf.byteLength;
  }

  #placeOf(name: string): number {
    const known = this.#groups.get(name);
    if (known !== undefined) return known;
    if (this.#groupNames.length >= this.#maxGroups) throw new TooManyGroups(`There are more than ${this.#maxGroups} groups.`);
    this.#groups.set(name, this.#groupNames.length);
    this.#groupNames.push(name);
    return this.#groupNames.length - 1;
  }

  /** The columns of all blocks, in memory that threads share. The blocks are let go. @param columnCount columns of values */
  merge(columnCount: number): RowColumns {
    const blocks = this.#blocks.splice(0);
    const rowCount = this.#rowCount;
    const hasGroups = blocks.some(({ groupOf }) => groupOf.length > 0);
    const lines = new Uint32Array(shared(4 * rowCount));
    const idEnds = new Uint32Array(shared(4 * rowCount));
    const ids = new Uint8Array(shared(this.#idBytes));
    const values = new Float64Array(shared(8 * rowCount * columnCount));
    const groupOf = new Uint32Array(shared(hasGroups ? 4 * rowCount : 0));
    let [row, idStart] = [0, 0];
    for (const block of blocks) {
      lines.set(block.lines, row);
      ids.set(block.ids, idStart);
      if (hasGroups) groupOf.set(block.groupOf, row);
      for (let at = 0; at < block.rowCount; at++) idEnds[row + at] = block.idEnds[at]! + idStart;
      for (let column = 0; column < columnCount; column++)
        values.set(block.values.subarray(column * block.rowCount, (column + 1) * block.rowCount), column * rowCount + row);
      [row, idStart] = [row + block.rowCount, idStart + block.ids.length];
    }
    return { rowCount, lines, ids, idEnds, values, groupOf, groupNames: [...this.#groupNames] };
  }
}

const shared = (sizeBytes: number) => new SharedArrayBuffer(sizeBytes);
