/** SQL of columns that several sources share. */
import type { DataExport } from '#contracts';

/** Lines of JSON have the whole analysis as text, cells what was found first. */
export const analysisColumns = (format: DataExport['format']): string => (format === 'ndjson' ? 'analysis::text AS analysis' : 'found.*');

/** Reads an analysis once for all of its cells: every `->` would unpack it again. */
export const withFindings = (format: DataExport['format']): string =>
  format === 'ndjson'
    ? ''
    : `LEFT JOIN LATERAL (
      SELECT sentiment ->> 'label' AS sentiment, (sentiment ->> 'score')::float8 AS "sentimentScore", tone ->> 'label' AS tone, (readability ->> 'words')::int AS words
      FROM jsonb_to_record(analysis) AS a(sentiment jsonb, tone jsonb, readability jsonb)) AS found ON true`;

/** As text: a tenth of the work of `to_char`, for {@link isoOf}. */
const utc = (column: string, name: string): string => `(${column} AT TIME ZONE 'UTC')::text AS "${name}"`;
export const timestampColumns = `${utc('created_at', 'createdAt')}, ${utc('updated_at', 'updatedAt')}`;
export const updatedColumn = utc('updated_at', 'updatedAt');

/** @param moment e.g. `2026-01-31 12:00:00.1234` in UTC @returns ISO 8601 in milliseconds */
export const isoOf = (moment: string): string => `${moment.slice(0, 10)}T${moment.slice(11, 19)}.${moment.slice(20, 23).padEnd(3, '0')}Z`;
