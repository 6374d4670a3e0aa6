/** Writes a part of the rows of a run in one of its formats. */
import { type CopyKey, encodeCopy, encodeNdjson, type ScoredTable } from './encode-rows.ts';

export type PartFormat = 'ndjson' | 'arrow' | CopyKey;

export interface PartToEncode {
  readonly table: ScoredTable;
  readonly format: PartFormat;
  /** Rows `from` to before `to`. */
  readonly from: number;
  readonly to: number;
}

export async function encodePart({ table, format, from, to }: PartToEncode): Promise<Uint8Array> {
  if (format === 'ndjson') return encodeNdjson(table, from, to);
  if (format !== 'arrow') return encodeCopy(table, format, from, to);
  const { encodeArrowBatch } = await import('./encode-arrow.ts'); // only who asks for Arrow loads it
  return encodeArrowBatch(table, from, to);
}
