/** Keyset pagination, newest first, over (created_at, id): every page costs the same, and inserted rows do not shift later pages. */
import type { ObjectLiteral, SelectQueryBuilder } from 'typeorm';
import { decodeCursor, encodeCursor, type KeysetPosition } from '#contracts';
import { type Queryable, queryRows } from './transaction.ts';

export interface Page<Item> {
  readonly items: Item[];
  /** Null on the last page. */
  readonly nextCursor: string | null;
}

/** Builds a page of at most `limit` items from rows fetched with `LIMIT limit + 1`; the extra row shows that another page follows. */
export function toPage<Row>(rows: readonly Row[], limit: number, positionOf: (row: Row) => KeysetPosition): Page<Row> {
  const items = rows.slice(0, limit);
  const last = rows.length > limit ? items.at(-1) : undefined;
  return { items, nextCursor: last === undefined ? null : encodeCursor(positionOf(last)) };
}

/** SQL expression that formats a timestamp for {@link KeysetPosition}. */
export const microsecondsOf = (column: string): string => `to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;

export interface PageRequest {
  readonly cursor?: string | undefined;
  readonly limit: number;
}

/** A SELECT in SQL that {@link queryPage} takes a page of. */
export interface PagedSelect {
  readonly columns: string;
  /** What follows FROM, with a WHERE that names the owner. */
  readonly from: string;
  readonly parameters: readonly unknown[];
  /** The column of the time that orders the rows, and of the id behind it; `created_at` and `id` unless given. */
  readonly at?: string;
  readonly id?: string;
}

/**
 * Loads one page of a SELECT, newest first.
 * @throws Failure `request-invalid` for a cursor that was not issued by `encodeCursor`
 */
export async function queryPage<Row extends { readonly id: string }>(
  on: Queryable,
  { columns, from, parameters, at = 'created_at', id = 'id' }: PagedSelect,
  { cursor, limit }: PageRequest,
): Promise<Page<Row>> {
  const after = decodeCursor(cursor);
  const first = parameters.length + 1;
  const rows = await queryRows<Row & { pageAt: string }>(
    on,
    `SELECT ${columns}, ${microsecondsOf(at)} AS "pageAt" FROM ${from}
       AND ($${first}::timestamptz IS NULL OR (${at}, ${id}) < ($${first}, $${first + 1}::uuid))
     ORDER BY ${at} DESC, ${id} DESC LIMIT $${first + 2}`,
    [...parameters, after?.createdAt ?? null, after?.id ?? null, limit + 1],
  );
  const { items, nextCursor } = toPage(rows, limit, ({ pageAt, id }): KeysetPosition => ({ createdAt: pageAt, id }));
  return { items: items.map(({ pageAt: _, ...row }) => row as unknown as Row), nextCursor };
}

/**
 * Loads one page of a query over an entity with columns `created_at` and `id` (create an index on the owner and both). The query must have no to-many
 * join.
 * @throws Failure `request-invalid` for a cursor that was not issued by `encodeCursor`
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
    .addSelect(`${alias}.id::text`, 'page_id') // without the cast TypeORM would map the column to the entity
    .orderBy(`${alias}.created_at`, 'DESC')
    .addOrderBy(`${alias}.id`, 'DESC')
    .limit(limit + 1)
    .getRawAndEntities<{ page_at: string; page_id: string }>();
  const rows = entities.map((entity, index) => ({ entity, at: raw[index]! }));
  const page = toPage(rows, limit, ({ at }) => ({ createdAt: at.page_at, id: at.page_id }));
  return { items: page.items.map(({ entity }) => entity), nextCursor: page.nextCursor };
}
