/** The tables, partitions and sequences of the platform in a database, from PostgreSQL's catalogue. */
import type pg from 'pg';
import type { Manifest } from './manifest.ts';

export interface Table {
  readonly schema: string;
  readonly table: string;
  /** Without generated ones. */
  readonly columns: readonly string[];
  /** Tables that its rows refer to, as `schema.table`, itself left out. */
  readonly refersTo: readonly string[];
}

export const nameOf = ({ schema, table }: Pick<Table, 'schema' | 'table'>): string => `${schema}.${table}`;
export const quoted = (...names: readonly string[]): string => names.map((name) => `"${name.replaceAll('"', '""')}"`).join('.');

/** Schemas that a service migrates: those with a table `migration`. */
export async function schemasOf(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ schema: string }>(
    `SELECT nspname AS schema FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace
      WHERE relname = 'migration' AND relkind = 'r' AND nspname !~ '^pg_' ORDER BY 1`,
  );
  return rows.map(({ schema }) => schema);
}

/** @returns names as `schema.Name`, by schema and order of application */
export async function migrationsOf(client: pg.Client, schemas: readonly string[]): Promise<string[]> {
  const names: string[] = [];
  for (const schema of schemas) {
    const { rows } = await client.query<{ name: string }>(`SELECT name FROM ${quoted(schema, 'migration')} ORDER BY id`);
    names.push(...rows.map(({ name }) => `${schema}.${name}`));
  }
  return names;
}

/** Tables and partitioned tables, without partitions (their parent is read) and without the tables `migration`. */
export async function tablesOf(client: pg.Client, schemas: readonly string[]): Promise<Table[]> {
  const { rows } = await client.query<Table>(
    `SELECT n.nspname AS schema, c.relname AS table,
            (SELECT coalesce(json_agg(attname ORDER BY attnum), '[]') FROM pg_attribute
              WHERE attrelid = c.oid AND attnum > 0 AND NOT attisdropped AND attgenerated = '') AS columns,
            (SELECT coalesce(json_agg(DISTINCT confrelid::regclass::text), '[]') FROM pg_constraint
              WHERE conrelid = c.oid AND contype = 'f' AND confrelid <> c.oid) AS "refersTo"
       FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND n.nspname = ANY($1) AND c.relname <> 'migration'
      ORDER BY 1, 2`,
    [schemas],
  );
  return rows.map((row) => ({ ...row, refersTo: row.refersTo.map((name) => name.replaceAll('"', '')) }));
}

/** @returns tables so that each follows those that it refers to. @throws RangeError when they refer to each other in a circle */
export function inOrderOfReference(tables: readonly Table[]): Table[] {
  const known = new Set(tables.map(nameOf));
  const [ordered, placed] = [[] as Table[], new Set<string>()];
  while (ordered.length < tables.length) {
    const ready = tables.filter(
      (table) => !placed.has(nameOf(table)) && table.refersTo.every((name) => placed.has(name) || !known.has(name)),
    );
    if (ready.length === 0)
      throw new RangeError(`These tables refer to each other: ${[...known].filter((name) => !placed.has(name)).join(', ')}`);
    ordered.push(...ready);
    for (const table of ready) placed.add(nameOf(table));
  }
  return ordered;
}

export async function partitionsOf(client: pg.Client, schemas: readonly string[]): Promise<Manifest['partitions']> {
  const { rows } = await client.query<Manifest['partitions'][number]>(
    `SELECT n.nspname AS schema, p.relname AS parent, c.relname AS name, pg_get_expr(c.relpartbound, c.oid) AS bound
       FROM pg_class c JOIN pg_inherits i ON i.inhrelid = c.oid JOIN pg_class p ON p.oid = i.inhparent
       JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE c.relispartition AND c.relkind IN ('r', 'p') AND n.nspname = ANY($1) ORDER BY 1, 2, 3`,
    [schemas],
  );
  return rows;
}

/** Those that have given a value. */
export async function sequencesOf(client: pg.Client, schemas: readonly string[]): Promise<Manifest['sequences']> {
  const { rows } = await client.query<Manifest['sequences'][number]>(
    `SELECT schemaname AS schema, sequencename AS name, last_value::text AS "lastValue" FROM pg_sequences
      WHERE schemaname = ANY($1) AND last_value IS NOT NULL AND sequencename <> 'migration_id_seq' ORDER BY 1, 2`,
    [schemas],
  );
  return rows;
}
