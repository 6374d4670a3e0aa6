/** Writes scored rows as text: NDJSON for clients, the text format of COPY for PostgreSQL. */
import { isAscii } from 'node:buffer';
import type { ScoreRow } from '#contracts';
import { noGroup, type RowColumns } from './row-spool.ts';
import { type Scores, zScoreOf } from './score-columns.ts';

/** Everything that is known of the rows of a run. */
export interface ScoredTable {
  readonly rows: RowColumns;
  readonly scores: Scores;
  /** Names of the columns of values. */
  readonly names: readonly string[];
}

/** What the rows of a run have in common in PostgreSQL. */
export interface CopyKey {
  readonly runId: string;
  /** The first day of the month that their partition is of: `2026-11-01`. */
  readonly month: string;
}

/** @returns rows `from` to before `to`, a line each in the form of {@link ScoreRow} */
export function encodeNdjson(table: ScoredTable, from: number, to: number): Uint8Array {
  const { rows, scores, names } = table;
  const idAt = idReader(rows, from, to);
  const groups = groupWriter(rows, (name) => JSON.stringify(name satisfies ScoreRow['group']), 'null');
  const keys = names.map((name) => `${JSON.stringify(name)}:`);
  const lines: string[] = [];
  for (let row = from; row < to; row++) {
    let z = '';
    for (let column = 0; column < keys.length; column++)
      z += `${column === 0 ? '' : ','}${keys[column]}${zText(table, column, row) ?? 'null'}`;
    lines.push(
      `{"line":${rows.lines[row]},"id":${JSON.stringify(idAt(row))},"group":${groups(row)},"score":${scores.scores[row]},` +
        `"percentileRank":${scores.percentileRanks[row]},"groupPercentileRank":${scores.groupPercentileRanks[row] ?? 'null'},"zScores":{${z}}}\n`,
    );
  }
  return Buffer.from(lines.join(''));
}

export const copyColumns = 'run_id, month, line, id, group_name, score, place, percentile_rank, group_percentile_rank, z_scores';

/** @returns rows `from` to before `to` for `COPY (copyColumns) FROM STDIN` */
export function encodeCopy(table: ScoredTable, { runId, month }: CopyKey, from: number, to: number): Uint8Array {
  const { rows, scores, names } = table;
  const idAt = idReader(rows, from, to);
  const groups = groupWriter(rows, escaped, '\\N');
  const lines: string[] = [];
  for (let row = from; row < to; row++) {
    const z = names.map((_, column) => zText(table, column, row) ?? 'NULL').join(',');
    lines.push(
      `${runId}\t${month}\t${rows.lines[row]}\t${escaped(idAt(row))}\t${groups(row)}\t${scores.scores[row]}\t${scores.places[row]}\t` +
        `${scores.percentileRanks[row]}\t${scores.groupPercentileRanks[row] ?? '\\N'}\t{${z}}\n`,
    );
  }
  return Buffer.from(lines.join(''));
}

/** Undefined without a value. */
function zText({ rows, scores }: ScoredTable, column: number, row: number): string | undefined {
  const value = rows.values[column * rows.rowCount + row]!;
  return Number.isNaN(value) ? undefined : String(zScoreOf(value, scores.columns[column]!));
}

const special: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };
const escaped = (text: string): string =>
  /[\\\t\n\r]/.test(text) ? text.replace(/[\\\t\n\r]/g, (character) => special[character]!) : text;

function groupWriter({ groupOf, groupNames }: RowColumns, write: (name: string) => string, none: string): (row: number) => string {
  const written = groupNames.map(write);
  return (row) => (groupOf.length === 0 || groupOf[row] === noGroup ? none : written[groupOf[row]!]!);
}

/** Reads the ids of some rows; they are decoded at once where all are ASCII. */
export function idReader({ ids, idEnds }: RowColumns, from: number, to: number): (row: number) => string {
  const startOf = (row: number) => (row === 0 ? 0 : idEnds[row - 1]!);
  const first = startOf(from);
  const bytes = Buffer.from(ids.slice(first, to === 0 ? 0 : idEnds[to - 1]!));
  if (!isAscii(bytes)) return (row) => bytes.toString('utf8', startOf(row) - first, idEnds[row]! - first);
  const text = bytes.toString('latin1');
  return (row) => text.slice(startOf(row) - first, idEnds[row]! - first);
}
