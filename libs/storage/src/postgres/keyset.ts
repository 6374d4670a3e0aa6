/** Keyset paging, new to old, over (created_at, id): the cost of a page does not grow with its number, and rows added meanwhile move nothing. */
import type { ObjectLiteral, SelectQueryBuilder } from 'typeorm';
import { decodeCursor, encodeCursor, type KeysetPosition } from '#contracts';

export interface Page<Item> {
  readonly items: Item[];
  /** Absent on the last page. */
  readonly nextCursor: string | null;
}

/** Makes a page of at most `limit` out of rows fetched with `LIMIT limit + 1`: the extra row only says that there is more. */
export function toPage<Row>(rows: readonly Row[], limit: number, positionOf: (row: Row) => KeysetPosition): Page<Row> {
  const items = rows.slice(0, limit);
  const last = rows.length > limit ? items.at(-1) : undefined;
  return { items, nextCursor: last === undefined ? null : encodeCursor(positionOf(last)) };
}

/** SQL text of a timestamp as {@link KeysetPosition} wants it. */
export const microsecondsOf = (column: string): string => `to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;

export interface PageRequest {
  readonly cursor?: string | undefined;
  readonly limit: number;
}

/**
 * One page of a query over an entity with columns `created_at` and `id` (index both, with the owner in front). The query must not join to-many.
 * @throws Failure `request-invalid` for a cursor that is not ours
 */
export async function loadPage<Entity extends ObjectLiteral>(
  query: SelectQueryBuilder<Entity>,
  { cursor, limit }: PageRequest,
): Promise<Page<Entity>> {
  const after = decodeCursor(cursor);
  const { alias } = query;
  if (after)
    query.andWhere(`(${alias}.created_at, ${alias}.id) < (:cursorAt::timestamptz, :cursorId::uuid)`, {
      cursorAt: after.createdAt,
      cursorId: after.id,
    });
  const { entities, raw } = await query
    .addSelect(microsecondsOf(`${alias}.created_at`), 'page_at')
    .addSelect(`${alias}.id::text`, 'page_id') // the bare column would be taken for the entity's own, under our name
    .orderBy(`${alias}.created_at`, 'DESC')
    .addOrderBy(`${alias}.id`, 'DESC')
    .limit(limit + 1)
    .getRawAndEntities<{ page_at: string; page_id: string }>();
  const rows = entities.map((entity, index) => ({ entity, at: raw[index]! }));
  const page = toPage(rows, limit, ({ at }) => ({ createdAt: at.page_at, id: at.page_id }));
  return { items: page.items.map(({ entity }) => entity), nextCursor: page.nextCursor };
}
