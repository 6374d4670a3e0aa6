/** Exports of documents in each format, in ratio to `JSON.stringify` of the same rows in the same run. Database and disk are left out. */
import { analyzeText } from '../../apps/posts/src/analysis/analyze-text.ts';
import { plantedCopies } from '../../apps/posts/src/documents/testing/planted-copies.ts';
import { compressed } from '../../apps/posts/src/exports/formats/compress.ts';
import { type FileFormat, writeRows } from '../../apps/posts/src/exports/formats/write-rows.ts';
import { documentForm, type ExportedDocument } from '../../apps/posts/src/exports/sources/document-rows.ts';
import { lesser, noRound, spentBy } from './measure.ts';

const rowCount = 10_000;
const analysed = 300;
const batchRows = 1_000;
const rounds = 6;
const formats = [
  ['ndjson', 'none'],
  ['ndjson', 'zstd'],
  ['csv', 'none'],
  ['csv', 'gzip'],
  ['parquet', 'none'],
  ['arrow', 'none'],
] as const satisfies readonly (readonly [FileFormat['format'], FileFormat['compression']])[];

/** As documents of a collection are: each with its analysis. A few hundred analyses are shared, so that not all texts need to be analysed. */
function rowsOf(count: number): ExportedDocument[] {
  const { texts } = plantedCopies(count, 0, 11);
  const analyses = texts.slice(0, analysed).map((text) => analyzeText(text));
  const moment = '2026-01-31T12:00:00.123Z';
  return texts.map((text, at) => {
    const [analysis, metadata] = [analyses[at % analysed]!, { channel: `c${at % 50}` }];
    return { id: `document-${at}`, text, language: analysis.language, metadata, analysis, createdAt: moment, updatedAt: moment };
  });
}

async function* batchesOf(rows: readonly ExportedDocument[]): AsyncGenerator<readonly ExportedDocument[]> {
  for (let start = 0; start < rows.length; start += batchRows) yield rows.slice(start, start + batchRows);
}

async function exportedBytes(
  rows: readonly ExportedDocument[],
  format: (typeof formats)[number][0],
  compression: (typeof formats)[number][1],
) {
  const options = { isFormulaGuarded: true, hasByteOrderMark: false, rowsPerFile: rowCount };
  let sizeBytes = 0;
  const file = writeRows(batchesOf(rows), { format, compression, ...options }, documentForm);
  for await (const chunk of compressed(file, compression)) sizeBytes += (chunk as Uint8Array).length;
  return sizeBytes;
}

function stringified(rows: readonly ExportedDocument[]): number {
  let bytes = 0;
  for (const row of rows) bytes += Buffer.byteLength(JSON.stringify(row));
  return bytes;
}

/** All of them in each round, so that what disturbs one disturbs the others too. */
export async function measureExports(): Promise<void> {
  const rows = rowsOf(rowCount);
  const works = [{ name: 'JSON.stringify', work: async () => stringified(rows) }].concat(
    formats.map(([format, compression]) => ({
      name: compression === 'none' ? format : `${format}+${compression}`,
      work: () => exportedBytes(rows, format, compression),
    })),
  );
  const best = works.map(() => noRound);
  const sizes = works.map(() => 0);
  for (let round = 0; round < rounds; round++)
    for (const [at, { work }] of works.entries()) {
      const spent = await spentBy(async () => {
        sizes[at] = await work();
      });
      best[at] = lesser(best[at]!, spent);
    }
  console.log(
    `\nExports of ${rowCount} documents in ratio to JSON.stringify of the same rows. Where cores are idle, time follows the busier of the two threads:\n` +
      'one writes rows, one compresses. CPU is that of both; the time that was measured is that of this machine as it was.',
  );
  for (const [at, { seconds, cpuSeconds, threadSeconds }] of best.entries()) {
    const busier = Math.max(threadSeconds, cpuSeconds - threadSeconds);
    const rate = Math.round(rowCount / busier).toLocaleString('en');
    const [ofBusier, ofCpu, ofTime] = [best[0]!.threadSeconds / busier, best[0]!.cpuSeconds / cpuSeconds, best[0]!.seconds / seconds];
    console.log(
      `${works[at]!.name.padEnd(14)} ${rate.padStart(9)} rows/s, ratio ${ofBusier.toFixed(2)} (CPU ${ofCpu.toFixed(2)}, time ${ofTime.toFixed(2)}), ${(sizes[at]! / 1e6).toFixed(1)} MB`,
    );
  }
}
