/** The months by which scored rows are partitioned, in UTC. */

/** The first moment of the month that lies `offset` months after the one of `at`. */
export const monthStart = (at: Date, offset = 0): Date => new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + offset, 1));

/** `2026-11-01` */
export const monthKey = (at: Date): string => monthStart(at).toISOString().slice(0, 10);

/** `score_row_2026_11` */
export const partitionOf = (at: Date): string => `score_row_${at.getUTCFullYear()}_${String(at.getUTCMonth() + 1).padStart(2, '0')}`;

/** The first moment of the month of a partition; undefined for another table. */
export function monthOf(partition: string): Date | undefined {
  const [, year, month] = /^score_row_(\d{4})_(\d{2})$/.exec(partition) ?? [];
  return year === undefined ? undefined : new Date(Date.UTC(Number(year), Number(month) - 1, 1));
}

/** When rows are removed: at the beginning of a month. */
export const keptUntil = (rowsAt: Date, keepMonths: number): Date => monthStart(rowsAt, keepMonths + 1);
