/** Reads a whole body of metadata into columns, block by block, within its limits. */
import { Failure, scoreGroupsMax, scoreRowsMax } from '#contracts';
import { cutLines, type LineBlock } from './cut-lines.ts';
import { RowBlocks, TooManyGroups } from './merge-blocks.ts';
import { lineTooLong, longestLineBytes } from './read-rows.ts';
import { type BadLine, keptBadLines, type RowColumns, type ScoreFields } from './row-spool.ts';
import { inOrder, type ScoreEngine } from './score-engine.ts';

/** Bytes of all columns together. */
const spoolMaxBytes = 512 * 1_048_576;
/** One thread needs some milliseconds for a block; it is what the service's own thread is busy with at a time. */
const blockBytes = { inline: 128 * 1_024, threads: 1_048_576 } as const;

export interface ReadBody {
  readonly rows: RowColumns;
  readonly refusedCount: number;
  readonly badLines: readonly ToldLine[];
}

/** A bad line as other services tell it. */
export type ToldLine = Omit<BadLine, 'code'> & { readonly code: string };

/** @throws Failure `payload-too-large`, `score-lines-invalid`, `score-groups-too-many`; the error of `source` */
export const readBody = async (source: AsyncIterable<Uint8Array>, fields: ScoreFields, engine: ScoreEngine): Promise<ReadBody> =>
  requireRows(await readLines(source, fields, engine));

/**
 * The same of a part, which may have no row.
 * @param partFrom number of its first line; absent: it is the whole body
 */
export async function readLines(
  source: AsyncIterable<Uint8Array>,
  fields: ScoreFields,
  engine: ScoreEngine,
  partFrom?: number,
): Promise<ReadBody> {
  const blocks = new RowBlocks({ maxGroups: scoreGroupsMax });
  const badLines: BadLine[] = [];
  let refusedCount = 0;
  const cut = cutLines(source, {
    blockBytes: engine.width > 1 ? blockBytes.threads : blockBytes.inline,
    maxLineBytes: longestLineBytes,
    partFrom,
  });
  for await (const block of inOrder(cut, engine.width, (lines) => readBlock(lines, fields, engine))) {
    if ('line' in block) badLines.push(block);
    else {
      badLines.push(...block.badLines);
      addBlock(blocks, block);
    }
    refusedCount += 'line' in block ? 1 : block.refused;
    badLines.length = Math.min(badLines.length, keptBadLines);
  }
  return { rows: blocks.merge(fields.names.length), refusedCount, badLines };
}

/** @throws Failure `score-lines-invalid` */
export function requireRows(read: ReadBody): ReadBody {
  if (read.rows.rowCount === 0) throw nothingTaken(read.badLines);
  return read;
}

async function readBlock({ bytes, firstLine, lineCount, isTooLong }: LineBlock, fields: ScoreFields, engine: ScoreEngine) {
  if (isTooLong) return { line: firstLine, code: 'line-too-long', detail: lineTooLong } satisfies BadLine;
  return engine.read({ bytes, firstLine, lineCount, fields });
}

/** @throws Failure `payload-too-large`, `score-groups-too-many` */
export function addBlock(blocks: RowBlocks, block: RowColumns): void {
  try {
    blocks.add(block);
  } catch (error) {
    if (error instanceof TooManyGroups) throw new Failure('score-groups-too-many', error.message);
    throw error;
  }
  if (blocks.rowCount > scoreRowsMax) throw new Failure('payload-too-large', `A body has at most ${scoreRowsMax} rows.`);
  if (blocks.sizeBytes > spoolMaxBytes)
    throw new Failure('payload-too-large', `The rows take more than ${spoolMaxBytes} bytes: send shorter ids, or score by fewer fields.`);
}

function nothingTaken(badLines: readonly ToldLine[]): Failure {
  const first = badLines.slice(0, 5).map(({ line, detail }) => `Line ${line}: ${detail}`);
  return new Failure('score-lines-invalid', first.length > 0 ? first.join(' ') : 'Every line is blank.');
}
