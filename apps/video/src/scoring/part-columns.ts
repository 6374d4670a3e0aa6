/** The columns of a part as bytes, to be passed from one copy of the service to another. */
import { endianness } from 'node:os';
import * as z from 'zod';
import type { RowColumns } from './row-spool.ts';

const version = 1;
const headBytes = 8;
const count = z.number().int().nonnegative();
const header = z.strictObject({
  version: z.literal(version),
  endianness: z.literal(endianness()),
  rowCount: count,
  columnCount: count,
  hasGroups: z.boolean(),
  idBytes: count,
  groupNames: z.array(z.string()).readonly(),
});

/** The length of the header, the header as JSON, then values, lines, ends of ids, groups and ids as they are in memory. */
export function* encodeColumns({ rowCount, lines, ids, idEnds, values, groupOf, groupNames }: RowColumns): Generator<Uint8Array> {
  const columnCount = rowCount === 0 ? 0 : values.length / rowCount;
  const facts = { rowCount, columnCount, hasGroups: groupOf.length > 0, idBytes: ids.length, groupNames };
  const json = Buffer.from(JSON.stringify({ version, endianness: endianness(), ...facts } satisfies z.input<typeof header>));
  const head = Buffer.alloc(headBytes);
  head.writeUInt32LE(json.length);
  yield head;
  yield json;
  for (const column of [values, lines, idEnds, groupOf, ids])
    yield Buffer.from(column.buffer as ArrayBuffer, column.byteOffset, column.byteLength);
}

/** @throws RangeError for bytes that are not of this version, or not whole */
export function decodeColumns(bytes: Buffer): RowColumns {
  const jsonBytes = bytes.length < headBytes ? 0 : bytes.readUInt32LE(0);
  let at = headBytes + jsonBytes;
  const read = header.safeParse(parsed(bytes.subarray(headBytes, at)));
  if (!read.success) throw new RangeError('not the columns of a part');
  const { rowCount, columnCount, hasGroups, idBytes, groupNames } = read.data;
  const groupRows = hasGroups ? rowCount : 0;
  if (bytes.length !== at + 8 * rowCount * columnCount + 8 * rowCount + 4 * groupRows + idBytes)
    throw new RangeError('the columns of a part are cut');
  const take = (sizeBytes: number) => {
    const buffer = new ArrayBuffer(sizeBytes); // aligned for numbers
    new Uint8Array(buffer).set(bytes.subarray(at, at + sizeBytes));
    at += sizeBytes;
    return buffer;
  };
  return {
    ...{ rowCount, groupNames },
    values: new Float64Array(take(8 * rowCount * columnCount)),
    lines: new Uint32Array(take(4 * rowCount)),
    idEnds: new Uint32Array(take(4 * rowCount)),
    groupOf: new Uint32Array(take(4 * groupRows)),
    ids: new Uint8Array(take(idBytes)),
  };
}

function parsed(json: Buffer): unknown {
  try {
    return JSON.parse(json.toString());
  } catch {
    return undefined;
  }
}
