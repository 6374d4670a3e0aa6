/** Searches all tables for what they keep of an account. */
import { query } from './test-stack.ts';

const tablesOf = (databaseUrl: string) =>
  query<{ name: string }>(
    databaseUrl,
    `SELECT format('%I.%I', n.nspname, c.relname) AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND n.nspname !~ '^(pg_|information_schema)' ORDER BY 1`,
  );

/** @returns how many rows have the id in any column, by table; tables without one are left out */
export async function rowsNaming(databaseUrl: string, id: string): Promise<Record<string, number>> {
  const counts = (await tablesOf(databaseUrl)).map(
    ({ name }) => `SELECT '${name}' AS name, count(*)::int AS count FROM ${name} t WHERE t::text LIKE '%${id}%'`,
  );
  const rows = await query<{ name: string; count: number }>(databaseUrl, counts.join(' UNION ALL '));
  return Object.fromEntries(rows.filter(({ count }) => count > 0).map(({ name, count }) => [name, count]));
}

/**
 * Tables of owners whose rows hold more than themselves: they refer to a table that all owners share, or name the content of files. Deleting their rows
 * alone would leave that behind.
 */
export async function contentTables(databaseUrl: string): Promise<string[]> {
  const rows = await query<{ name: string }>(
    databaseUrl,
    `WITH owned AS (
       SELECT c.oid, format('%I.%I', n.nspname, c.relname) AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
       JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'owner_id' AND NOT a.attisdropped
       WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition)
     SELECT name FROM owned o WHERE name NOT LIKE 'identity.%' AND (
       EXISTS (SELECT 1 FROM pg_constraint f WHERE f.contype = 'f' AND f.conrelid = o.oid AND f.confrelid NOT IN (SELECT oid FROM owned))
       OR EXISTS (SELECT 1 FROM pg_attribute a WHERE a.attrelid = o.oid AND NOT a.attisdropped AND a.attname ~ '(^|_)(sha256|files)$')) ORDER BY 1`,
  );
  return rows.map(({ name }) => name);
}

/**
 * Tables with rows that name neither their owner nor, by foreign keys that delete, a row that does: no erasure of an account finds them by itself.
 */
export async function unownedTables(databaseUrl: string): Promise<string[]> {
  const rows = await query<{ name: string }>(
    databaseUrl,
    `WITH RECURSIVE tables AS (
       SELECT c.oid, format('%I.%I', n.nspname, c.relname) AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
       WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND n.nspname !~ '^(pg_|information_schema)' AND c.relname <> 'migration'),
     reached AS (
       SELECT t.oid FROM tables t JOIN pg_attribute a ON a.attrelid = t.oid AND a.attname IN ('owner_id', 'user_id') AND NOT a.attisdropped
       UNION SELECT f.conrelid FROM pg_constraint f JOIN reached r ON r.oid = f.confrelid WHERE f.contype = 'f' AND f.confdeltype = 'c')
     SELECT name FROM tables WHERE oid NOT IN (SELECT oid FROM reached) ORDER BY 1`,
  );
  return rows.map(({ name }) => name);
}
