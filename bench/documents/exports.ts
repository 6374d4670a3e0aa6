/** Exports of documents in each format, in ratio to `JSON.stringify` of the same rows in the same run: from memory, and from PostgreSQL. */
import { existsSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { analyzeText } from '../../apps/posts/src/analysis/analyze-text.ts';
import { plantedCopies } from '../../apps/posts/src/documents/testing/planted-copies.ts';
import { compressed } from '../../apps/posts/src/exports/formats/compress.ts';
import { type FileFormat, writeRows } from '../../apps/posts/src/exports/formats/write-rows.ts';
import { documentForm, type ExportedDocument } from '../../apps/posts/src/exports/sources/document-rows.ts';
import { type Duration, lesser, noRound, spentBy } from './measure.ts';
import { type Format, type StoredDocument, type StoredExports, withStored } from './stored-exports.ts';

const rowCount = 10_000;
const manyRows = 1_000_000;
const warmRows = 150_000;
const builtService = new URL('../../dist/apps/posts/src/main.js', import.meta.url);
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

/** A few hundred analyses are shared, so that not all texts need to be analysed. */
function documentsOf(count: number): StoredDocument[] {
  const { texts } = plantedCopies(count, 0, 11);
  const analyses = texts.slice(0, analysed).map((text) => analyzeText(text));
  const moment = '2026-01-31T12:00:00.123Z';
  return texts.map((text, at) => {
    const [analysis, metadata] = [analyses[at % analysed]!, { channel: `c${at % 50}` }];
    return { id: `document-${at}`, text, language: analysis.language, metadata, analysis, createdAt: moment, updatedAt: moment };
  });
}

/** As PostgreSQL gives them. */
function rowsOf(documents: readonly StoredDocument[]): ExportedDocument[] {
  return documents.map(({ analysis, ...document }) => {
    const { sentiment, tone, readability } = analysis;
    const found = { sentiment: sentiment?.label ?? null, sentimentScore: sentiment?.score ?? null };
    return { ...document, analysis: JSON.stringify(analysis), ...found, tone: tone?.label ?? null, words: readability?.words ?? null };
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

function stringified(rows: readonly StoredDocument[]): number {
  let bytes = 0;
  for (const row of rows) bytes += Buffer.byteLength(JSON.stringify(row));
  return bytes;
}

interface Measured {
  readonly name: string;
  readonly best: Duration;
  readonly sizeBytes: number;
  readonly postgresSeconds?: number;
}

const nameOf = ({ format, compression }: Format) => (compression === 'none' ? format : `${format}+${compression}`);

/** All of them in each round, so that what disturbs one disturbs the others too. */
async function measureFromMemory(documents: readonly StoredDocument[]): Promise<Measured[]> {
  const rows = rowsOf(documents);
  const works = [{ name: 'JSON.stringify', work: async () => stringified(documents) }].concat(
    formats.map(([format, compression]) => ({
      name: nameOf({ format, compression }),
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
  return works.map(({ name }, at) => ({ name, best: best[at]!, sizeBytes: sizes[at]! }));
}

async function measureFromPostgres(stored: StoredExports): Promise<Measured[]> {
  const measured: Measured[] = [];
  for (const [format, compression] of formats) {
    const { sizeBytes, postgresSeconds, ...best } = await stored.measure({ format, compression }, rounds);
    measured.push({ name: nameOf({ format, compression }), best, sizeBytes, postgresSeconds });
  }
  return measured;
}

/** Of the thread that writes rows, the one that compresses and PostgreSQL. */
function busiestSeconds({ best: { cpuSeconds, threadSeconds }, postgresSeconds = 0 }: Measured): number {
  return Math.max(threadSeconds, cpuSeconds - threadSeconds, postgresSeconds);
}

function print(each: Measured, bare: Measured, inMemory?: Measured): void {
  const busiest = busiestSeconds(each);
  const ratio = (busiestSeconds(bare) / busiest).toFixed(2);
  const cpu = (bare.best.cpuSeconds / (each.best.cpuSeconds + (each.postgresSeconds ?? 0))).toFixed(2);
  const own = [`CPU ${cpu}`, `time ${(bare.best.seconds / each.best.seconds).toFixed(2)}`];
  if (inMemory)
    own.push(`to memory ${(busiestSeconds(inMemory) / busiest).toFixed(2)}`, `PostgreSQL ${each.postgresSeconds!.toFixed(2)} s`);
  const rate = Math.round(rowCount / busiest).toLocaleString('en');
  console.log(
    `${each.name.padEnd(14)} ${rate.padStart(9)} rows/s, ratio ${ratio} (${own.join(', ')}), ${(each.sizeBytes / 1e6).toFixed(1)} MB`,
  );
}

export async function measureExports(): Promise<void> {
  console.log(
    `\nExports of ${rowCount} documents in ratio to JSON.stringify of the same rows. Where cores are idle, time follows the busiest of those that work at\n` +
      'the same time: one thread writes rows, one compresses, PostgreSQL reads. CPU is that of all; the time that was measured is that of this machine as it was.',
  );
  const documents = documentsOf(rowCount);
  const [bare, ...inMemory] = await measureFromMemory(documents);
  for (const each of [bare!, ...inMemory]) print(each, bare!);
  if (!existsSync(builtService)) return console.log('from PostgreSQL: skipped, the services are not built');
  console.log('From PostgreSQL, through the cursor of the service:');
  await withStored(documents, async (stored) => {
    for (const [at, each] of (await measureFromPostgres(stored)).entries()) print(each, bare!, inMemory[at]!);
  });
}

/** A reader that takes a piece of 64 KiB every millisecond at most. */
export async function measureSlowReader(): Promise<void> {
  console.log(`\nAn export of ${manyRows.toLocaleString('en')} documents to a slow reader`);
  if (!existsSync(builtService)) return console.log('skipped: the services are not built');
  await withStored(documentsOf(rowCount), async (stored) => {
    const format = { format: 'ndjson', compression: 'zstd' } as const;
    await stored.read(format, () => undefined, warmRows / rowCount); // the heap has its size then
    const before = process.memoryUsage.rss();
    let most = before;
    const sizeBytes = await stored.read(
      format,
      () => {
        most = Math.max(most, process.memoryUsage.rss());
        return delay(1);
      },
      manyRows / rowCount,
    );
    console.log(
      `${(sizeBytes / 1e6).toFixed(0)} MB; the process grew by ${((most - before) / 2 ** 20).toFixed(0)} MiB at most, after ${warmRows.toLocaleString('en')} documents to a quick one`,
    );
  });
}
