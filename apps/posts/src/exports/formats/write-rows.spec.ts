import { randomBytes } from 'node:crypto';
import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { tableFromIPC } from 'apache-arrow';
import { parquetMetadata, parquetReadObjects } from 'hyparquet';
import type { DataExport } from '#contracts';
import { until } from '#testing';
import { FileCutter, fileNameOf, manifestOf } from '../export-files.ts';
import { booleans, integers, jsonLines, jsons, numbers, type RowForm, texts, timestamps } from '../export-row.ts';
import { isoOf } from '../sources/row-columns.ts';
import { compressed } from './compress.ts';
import { writeRows } from './write-rows.ts';

interface Sample {
  readonly id: string;
  readonly text: string | null;
  readonly score: number | null;
  readonly sizeBytes: number | null;
  readonly isGood: boolean | null;
  readonly tags: readonly string[] | null;
  readonly createdAt: string | null;
}

const form: RowForm<Sample> = {
  line: JSON.stringify,
  columns: [
    ...texts<Sample>('id', 'text'),
    ...numbers<Sample>('score'),
    ...integers<Sample>('sizeBytes'),
    ...booleans<Sample>('isGood'),
    ...jsons<Sample>('tags'),
    ...timestamps<Sample>('createdAt'),
  ],
};

const moment = '2026-01-31T12:00:00.123Z';
const rows: readonly Sample[] = [
  {
    id: '007',
    text: 'a "quoted", text\r\nin two lines',
    score: 0.25,
    sizeBytes: 2 ** 40,
    isGood: true,
    tags: ['a', 'b,c'],
    createdAt: moment,
  },
  { id: '1', text: '=1+1', score: -1e-9, sizeBytes: 0, isGood: false, tags: [], createdAt: '1969-12-31T23:59:59.999Z' },
  { id: '2', text: null, score: null, sizeBytes: null, isGood: null, tags: null, createdAt: null },
  { id: 'año', text: '🎧 \u0000', score: 3, sizeBytes: 1, isGood: true, tags: ['x'], createdAt: moment },
];
const options = { isFormulaGuarded: true, hasByteOrderMark: false, rowsPerFile: 1_000 };
const plain = { compression: 'none', ...options } as const;

async function* batchesOf<Row>(...batches: (readonly Row[])[]): AsyncGenerator<readonly Row[]> {
  yield* batches;
}

async function collect(pieces: AsyncIterable<string | Uint8Array>): Promise<Buffer> {
  const all: Buffer[] = [];
  for await (const piece of pieces) all.push(Buffer.from(piece as Uint8Array));
  return Buffer.concat(all);
}
const fileOf = (format: DataExport['format'], of: readonly Sample[] = rows, more = {}) =>
  collect(writeRows(batchesOf(of.slice(0, 3), of.slice(3)), { ...plain, format, ...more }, form));
const bytesOf = (file: Buffer): ArrayBuffer => new Uint8Array(file).buffer;

const many = Array.from({ length: 45_000 }, (_, at): Sample => ({ ...rows[at % rows.length]!, id: String(at) }));

describe('the rows of a file', () => {
  it('are read back from NDJSON as they were', async () => {
    const lines = (await fileOf('ndjson')).toString().trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line))).toEqual(rows);
  });

  it('stand in CSV under their names: quoted, guarded, a cell without a value empty', async () => {
    expect((await fileOf('csv', rows.slice(0, 3))).toString()).toBe(
      [
        'id,text,score,sizeBytes,isGood,tags,createdAt',
        `007,"a ""quoted"", text\r\nin two lines",0.25,1099511627776,true,"[""a"",""b,c""]",${moment}`,
        "1,'=1+1,-1e-9,0,false,[],1969-12-31T23:59:59.999Z",
        '2,,,,,,',
        '',
      ].join('\r\n'),
    );
    expect((await fileOf('csv', rows, { isFormulaGuarded: false, hasByteOrderMark: true })).toString()).toMatch(
      /^\ufeffid.*\r\n[\s\S]*\r\n1,=1\+1,/,
    );
  });

  const typed = ({ sizeBytes, tags, createdAt, ...row }: Sample) => ({
    ...{ id: row.id, text: row.text, score: row.score, sizeBytes: sizeBytes === null ? null : BigInt(sizeBytes), isGood: row.isGood },
    ...{ tags: tags && JSON.stringify(tags), createdAt: createdAt === null ? null : new Date(createdAt) },
  });

  it('are read back from Parquet with their types', async () => {
    expect(await parquetReadObjects({ file: bytesOf(await fileOf('parquet')) })).toEqual(rows.map(typed));
  });

  it('are read back from Arrow with their types', async () => {
    const table = tableFromIPC(await fileOf('arrow'));
    const read = table.toArray().map((row) => row?.toJSON());
    const milliseconds = rows.map(typed).map(({ createdAt, ...row }) => ({ ...row, createdAt: createdAt?.getTime() ?? null }));
    expect(read).toEqual(milliseconds);
    expect(table.schema.fields.map(({ type }) => String(type))).toEqual([
      ...['Utf8', 'Utf8', 'Float64', 'Int64', 'Bool', 'Utf8', 'Timestamp<MILLISECOND, UTC>'],
    ]);
  });

  it('are written to columnar files in groups, and given out a group at a time', async () => {
    const parquet = await fileOf('parquet', many);
    expect(parquetMetadata(bytesOf(parquet)).row_groups.map(({ num_rows }) => Number(num_rows))).toEqual([20_000, 20_000, 5_000]);
    const ids = await parquetReadObjects({ file: bytesOf(parquet), columns: ['id'] });
    expect(ids.map(({ id }) => id)).toEqual(many.map(({ id }) => id));
    const table = tableFromIPC(await fileOf('arrow', many));
    expect(table.batches.map(({ numRows }) => numRows)).toEqual([20_000, 20_000, 5_000]);
    expect([...table.getChild('id')!]).toEqual(many.map(({ id }) => id));
    let read = 0;
    async function* slowly() {
      for (let at = 0; at < many.length; at += 1_000) {
        read += 1_000;
        yield many.slice(at, at + 1_000);
      }
    }
    for (const format of ['parquet', 'arrow'] as const) {
      read = 0;
      const file = writeRows(slowly(), { ...plain, format }, form);
      await file.next();
      expect(read).toBeLessThanOrEqual(20_000);
      await file.return(undefined);
    }
  });

  it.each([
    ['gzip', gunzipSync],
    ['zstd', zstdDecompressSync],
    ['br', brotliDecompressSync],
  ] as const)('are compressed with %s', async (compression, decompress) => {
    const file = await collect(compressed(writeRows(batchesOf(rows), { ...plain, format: 'ndjson' }, form), compression));
    expect(decompress(file)).toEqual(await fileOf('ndjson'));
  });
});

it.each(['none', 'gzip', 'zstd', 'br'] as const)('a reader that stops holds back who writes the rows (%s)', async (compression) => {
  let rowsRead = 0;
  async function* endless() {
    for (; rowsRead < 1_000_000; rowsRead += 100) yield Array.from({ length: 100 }, () => noise());
  }
  const noise = () => ({ ...rows[0]!, text: randomBytes(300).toString('hex') });
  const rowBytes = Buffer.byteLength(JSON.stringify(noise()));
  const file = compressed(writeRows(endless(), { ...plain, format: 'ndjson' }, form), compression);
  file.once('readable', () => undefined); // asks for the first pieces, and takes none
  let before = -1;
  const isStill = async () => {
    const moved = rowsRead !== before;
    before = rowsRead;
    return !moved && before > 0;
  };
  expect(await until(isStill, 20_000, 50)).toBe(true);
  expect(rowsRead * rowBytes).toBeLessThan(2_500_000);
  file.destroy();
});

describe('lines of JSON', () => {
  const line = jsonLines<{ id: string; found: string | null; tags: readonly string[] }>(['id', 'found', 'tags'], ['found']);

  it('have fields that are JSON already as they are', () => {
    expect(line({ id: 'a"b', found: '{"a": 1.50}', tags: ['x'] })).toBe('{"id":"a\\"b","found":{"a": 1.50},"tags":["x"]}');
  });

  it('have null for what is not there', () => {
    expect(line({ id: 'a', found: null } as never)).toBe('{"id":"a","found":null,"tags":null}');
  });
});

it.each([
  ['2026-01-31 12:00:00', '2026-01-31T12:00:00.000Z'],
  ['2026-01-31 12:00:00.1', '2026-01-31T12:00:00.100Z'],
  ['2026-01-31 12:00:00.123456', '2026-01-31T12:00:00.123Z'],
])('a moment of PostgreSQL, %s, is %s', (moment, iso) => expect(isoOf(moment)).toBe(iso));

describe('the files of an export', () => {
  it('have at most so many rows each, and are described by the manifest', async () => {
    const format = { ...plain, format: 'parquet', rowsPerFile: 30_000 } as const;
    const cutter = new FileCutter(batchesOf(many.slice(0, 100), many.slice(100)), format, form);
    const read: unknown[] = [];
    const counts: number[] = [];
    while (await cutter.hasMore()) {
      read.push(...(await parquetReadObjects({ file: bytesOf(await collect(cutter.file())), columns: ['id'] })));
      counts.push(cutter.rowCount);
    }
    expect(counts).toEqual([30_000, 15_000]);
    expect(read).toHaveLength(45_000);
    const named = { id: 'an-id', source: 'tracks', format: 'arrow', compression: 'zstd' } as const;
    const file = { number: 0, fileName: fileNameOf(named, 0), rowCount: 7, sizeBytes: 5, sha256: 'a'.repeat(64) };
    expect(JSON.parse(manifestOf(named, form.columns, [file]))).toMatchObject({
      ...{ exportId: 'an-id', rowCount: 7, files: [{ fileName: 'tracks-0.arrow.zst' }] },
      columns: expect.arrayContaining([{ name: 'sizeBytes', type: 'integer' }]),
    });
  });
});
