/** The tables with rows of owners: found in the catalog of PostgreSQL, so that a new table is erased without being listed anywhere. */
import { type Queryable, queryRows } from '#storage';

export interface OwnedTable {
  /** `schema.table`, quoted where needed. */
  readonly name: string;
  /** SQL type of its column `owner_id`. */
  readonly ownerType: string;
  /** Owned tables that it has foreign keys to. */
  readonly refersTo: readonly string[];
}

/** Tables with a column `owner_id` in these schemas; a partitioned table counts once. */
export function findOwnedTables(on: Queryable, schemas: readonly string[]): Promise<OwnedTable[]> {
  return queryRows(
    on,
    `WITH owned AS (
       SELECT c.oid, format('%I.%I', n.nspname, c.relname) AS name, format_type(a.atttypid, NULL) AS type
       FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
       JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'owner_id' AND NOT a.attisdropped
       WHERE n.nspname = ANY($1) AND c.relkind IN ('r', 'p') AND NOT c.relispartition)
     SELECT o.name, o.type AS "ownerType",
       ARRAY(SELECT DISTINCT r.name FROM pg_constraint f JOIN owned r ON r.oid = f.confrelid
             WHERE f.contype = 'f' AND f.conrelid = o.oid AND r.oid <> o.oid ORDER BY 1) AS "refersTo"
     FROM owned o ORDER BY o.name`,
    [schemas],
  );
}

/** The tables in an order in which their rows can be deleted: one that refers to another comes before it. Cycles come in the order given. */
export function deletionOrder<Table extends Pick<OwnedTable, 'name' | 'refersTo'>>(tables: readonly Table[]): Table[] {
  const order: Table[] = [];
  const left = new Set(tables);
  while (left.size > 0) {
    const free = [...left].filter((table) => ![...left].some((other) => other !== table && other.refersTo.includes(table.name)));
    for (const table of free.length > 0 ? free : [...left].slice(0, 1)) {
      order.push(table);
      left.delete(table);
    }
  }
  return order;
}

/** In a batch, which is short enough for the limit on the duration of a statement. */
const batchSize = 1_000;

/** @returns whether there may be more */
export async function deleteBatch(on: Queryable, { name, ownerType }: OwnedTable, ownerId: string): Promise<boolean> {
  const rows = await queryRows(
    on,
    `DELETE FROM ${name} WHERE (tableoid, ctid) IN (SELECT tableoid, ctid FROM ${name} WHERE owner_id = $1::${ownerType} LIMIT ${batchSize}) RETURNING 1`,
    [ownerId],
  );
  return rows.length === batchSize;
}

/** @returns ids of the owner's rows, a batch at a time */
export async function ownedIds(on: Queryable, table: string, ownerId: string): Promise<string[]> {
  const rows = await queryRows<{ id: string }>(on, `SELECT id FROM ${table} WHERE owner_id = $1 ORDER BY id LIMIT 100`, [ownerId]);
  return rows.map(({ id }) => id);
}
