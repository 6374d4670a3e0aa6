/** The shape of a database, and whether services of an older version still work with a newer one. */
import type pg from 'pg';
import { schemasOf } from '../backup/catalog.ts';

export interface Column {
  readonly type: string;
  readonly isRequired: boolean;
  /** Also an identity or a generated value. */
  readonly hasDefault: boolean;
}

/** Columns by `schema.table.column`. */
export type Columns = Readonly<Record<string, Column>>;

/** All that migrations make: columns and indexes with their definitions; without partitions, whose names contain their month. */
export interface SchemaShape {
  readonly columns: Columns;
  readonly indexes: readonly string[];
}

export async function shapeOf(client: pg.Client): Promise<SchemaShape> {
  const schemas = await schemasOf(client);
  const { rows } = await client.query<Column & { name: string }>(
    `SELECT n.nspname || '.' || c.relname || '.' || a.attname AS name, format_type(a.atttypid, a.atttypmod) AS type,
            a.attnotnull AS "isRequired", a.atthasdef OR a.attidentity <> '' AS "hasDefault"
       FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND a.attnum > 0 AND NOT a.attisdropped AND n.nspname = ANY($1)
      ORDER BY 1`,
    [schemas],
  );
  const indexes = await client.query<{ definition: string }>(
    `SELECT pg_get_indexdef(i.indexrelid) AS definition FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE NOT c.relispartition AND n.nspname = ANY($1) ORDER BY 1`,
    [schemas],
  );
  return {
    columns: Object.fromEntries(rows.map(({ name, ...column }) => [name, column])),
    indexes: indexes.rows.map(({ definition }) => definition),
  };
}

const tableOf = (name: string) => name.slice(0, name.lastIndexOf('.'));

/**
 * Why services of the older version fail on the newer schema: while an upgrade replaces one copy after the other, both run.
 *
 * @returns one sentence per column that an older service misses, reads as another type, or does not fill
 */
export function incompatibilities(older: Columns, newer: Columns): string[] {
  const tables = new Set(Object.keys(older).map(tableOf));
  const changed = Object.entries(older).flatMap(([name, column]) => {
    const now = newer[name];
    if (!now) return [`${name} is gone`];
    if (now.type !== column.type) return [`${name} was ${column.type} and is ${now.type}`];
    return now.isRequired && !column.isRequired && !now.hasDefault ? [`${name} has become required`] : [];
  });
  const added = Object.entries(newer).flatMap(([name, column]) =>
    !(name in older) && tables.has(tableOf(name)) && column.isRequired && !column.hasDefault ? [`${name} is new and required`] : [],
  );
  return [...changed, ...added];
}
