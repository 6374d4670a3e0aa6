/** Exports of documents in each format, in ratio to `JSON.stringify` of the same rows in the same run. Database and disk are left out. */

import { plantedCopies } from '../../apps/posts/src/documents/testing/planted-copies.ts';
import { compressed } from '../../apps/posts/src/exports/formats/compress.ts';
import { type FileFormat, writeRows } from '../../apps/posts/src/exports/formats/write-rows.ts';
import { documentForm, type ExportedDocument } from '../../apps/posts/src/exports/sources/document-rows.ts';
import { least } from './measure.ts';

const rowCount = 20_000;
const batchRows = 1_000;
const rounds = 3;
const formats = [
  ['ndjson', 'none'],
  ['ndjson', 'zstd'],
  ['csv', 'none'],
  ['csv', 'gzip'],
  ['parquet', 'none'],
  ['arrow', 'none'],
] as const satisfies readonly (readonly [FileFormat['format'], FileFormat['compression']])[];

function rowsOf(count: number): ExportedDocument[] {
  const { texts } = plantedCopies(2_000, 0, 11);
  return Array.from({ length: count }, (_, at) => ({
    ...{
      id: `document-${at}`,
      text: texts[at % texts.length]!.slice(0, 100 + (at % 200)),
      language: 'en',
      metadata: { channel: `c${at % 50}` },
    },
    ...{ analysis: null, createdAt: '2026-01-31T12:00:00.123Z', updatedAt: '2026-01-31T12:00:00.123Z' },
  }));
}

async function* batchesOf(rows: readonly ExportedDocument[]): AsyncGenerator<readonly ExportedDocument[]> {
  for (let start = 0; start < rows.length; start += batchRows) yield rows.slice(start, start + batchRows);
}

export async function measureExports(): Promise<void> {
  const rows = rowsOf(rowCount);
  const options = { isFormulaGuarded: true, hasByteOrderMark: false, rowsPerFile: rowCount };
  const plain = await least(rounds, () => {
    let bytes = 0;
    for (const row of rows) bytes += Buffer.byteLength(JSON.stringify(row));
    return bytes;
  });
  console.log(
    `\nExports of ${rowCount} documents; rows a CPU second; JSON.stringify of the same rows: ${Math.round(rowCount / plain.cpuSeconds).toLocaleString('en')} rows/s`,
  );
  for (const [format, compression] of formats) {
    let sizeBytes = 0;
    const writing = await least(rounds, async () => {
      sizeBytes = 0;
      const file = writeRows(batchesOf(rows), { format, compression, ...options }, documentForm);
      for await (const chunk of compressed(file, compression)) sizeBytes += (chunk as Uint8Array).length;
    });
    const rate = Math.round(rowCount / writing.cpuSeconds).toLocaleString('en');
    const name = compression === 'none' ? format : `${format}+${compression}`;
    console.log(
      `${name.padEnd(12)} ${rate.padStart(9)} rows/s, CPU ratio ${(plain.cpuSeconds / writing.cpuSeconds).toFixed(2)}, time ratio ${(plain.seconds / writing.seconds).toFixed(2)}, ${(sizeBytes / 1e6).toFixed(1)} MB`,
    );
  }
}
