/**
 * Writes scored rows as an Arrow IPC stream: a schema, whose metadata carries the summary, then batches. Batches do not depend on each other, so that
 * threads can write them.
 */
import { type Data, Field, Float64, makeData, RecordBatch, RecordBatchStreamWriter, Schema, Struct, Uint32, Utf8 } from 'apache-arrow';
import type { ScoredTable } from './encode-rows.ts';
import { noGroup, type RowColumns } from './row-spool.ts';
import { zScoreOf } from './score-columns.ts';

/** Continuation marker and a length of 0: the end of a stream. */
export const arrowEnd = Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0);

/** @param summary JSON, under the key `rafaga.summary` of the schema's metadata @returns the message of the schema */
export const encodeArrowHead = (names: readonly string[], summary?: string): Uint8Array => withoutEnd(write(schemaOf(names, summary)));

/** @returns the message of one batch with the rows `from` to before `to` */
export function encodeArrowBatch(table: ScoredTable, from: number, to: number): Uint8Array {
  const schema = schemaOf(table.names);
  const children = columnsOf(table, from, to);
  const data = makeData({ type: new Struct(schema.fields), length: to - from, nullCount: 0, children });
  return withoutEnd(write(schema, new RecordBatch(schema, data))).slice(encodeArrowHead(table.names).length);
}

const schemaOf = (names: readonly string[], summary?: string): Schema =>
  new Schema(
    [
      new Field('line', new Uint32(), false),
      new Field('id', new Utf8(), false),
      new Field('group', new Utf8(), true),
      new Field('score', new Float64(), false),
      new Field('percentileRank', new Float64(), false),
      new Field('groupPercentileRank', new Float64(), true),
      ...names.map((name) => new Field(`zScores.${name}`, new Float64(), true)),
    ],
    summary === undefined ? undefined : new Map([['rafaga.summary', summary]]),
  );

function write(schema: Schema, batch?: RecordBatch): Uint8Array {
  const writer = new RecordBatchStreamWriter();
  writer.reset(undefined, schema);
  if (batch) writer.write(batch);
  writer.finish();
  return writer.toUint8Array(true);
}

const withoutEnd = (stream: Uint8Array): Uint8Array => stream.subarray(0, stream.length - arrowEnd.length);

function columnsOf({ rows, scores, names }: ScoredTable, from: number, to: number): Data[] {
  const length = to - from;
  const floats = (values: Float64Array) => makeData({ type: new Float64(), length, nullCount: 0, data: values.slice(from, to) });
  const groupRanks = scores.groupPercentileRanks;
  return [
    makeData({ type: new Uint32(), length, nullCount: 0, data: rows.lines.slice(from, to) }),
    idsOf(rows, from, to),
    groupsOf(rows, from, to),
    floats(scores.scores),
    floats(scores.percentileRanks),
    groupRanks.length > 0 ? floats(groupRanks) : nullable(new Float64Array(length).fill(Number.NaN)),
    ...names.map((_, column) => {
      const start = column * rows.rowCount;
      const statistics = scores.columns[column]!;
      const own = rows.values.slice(start + from, start + to);
      return nullable(own.map((value) => (Number.isNaN(value) ? value : zScoreOf(value, statistics))));
    }),
  ];
}

/** @param values NaN: null */
function nullable(values: Float64Array): Data<Float64> {
  const { nullBitmap, nullCount } = bitmapOf(values.length, (at) => !Number.isNaN(values[at]));
  return makeData({ type: new Float64(), length: values.length, data: values, nullBitmap, nullCount });
}

function idsOf({ ids, idEnds }: RowColumns, from: number, to: number): Data<Utf8> {
  const first = from === 0 ? 0 : idEnds[from - 1]!;
  const valueOffsets = new Int32Array(to - from + 1);
  for (let row = from; row < to; row++) valueOffsets[row - from + 1] = idEnds[row]! - first;
  const data = ids.slice(first, first + valueOffsets[to - from]!);
  return makeData({ type: new Utf8(), length: to - from, nullCount: 0, valueOffsets, data });
}

function groupsOf({ groupOf, groupNames }: RowColumns, from: number, to: number): Data<Utf8> {
  const names = groupNames.map((name) => Buffer.from(name));
  const groupAt = (at: number) => (groupOf.length === 0 ? noGroup : groupOf[from + at]!);
  const parts: Uint8Array[] = [];
  const valueOffsets = new Int32Array(to - from + 1);
  for (let at = 0; at < to - from; at++) {
    const name = names[groupAt(at)];
    if (name) parts.push(name);
    valueOffsets[at + 1] = valueOffsets[at]! + (name?.length ?? 0);
  }
  const { nullBitmap, nullCount } = bitmapOf(to - from, (at) => groupAt(at) !== noGroup);
  return makeData({ type: new Utf8(), length: to - from, valueOffsets, data: new Uint8Array(Buffer.concat(parts)), nullBitmap, nullCount });
}

function bitmapOf(length: number, isPresent: (at: number) => boolean): { readonly nullBitmap: Uint8Array; readonly nullCount: number } {
  const nullBitmap = new Uint8Array(Math.ceil(length / 8));
  let present = 0;
  for (let at = 0; at < length; at++) {
    if (!isPresent(at)) continue;
    nullBitmap[at >> 3]! |= 1 << (at & 7);
    present++;
  }
  return { nullBitmap, nullCount: length - present };
}
