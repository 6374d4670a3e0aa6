/** Which migrations a database has, compared with those that the code has. */
import type { SchemaMigrations } from './migrate.ts';
import { type Queryable, queryRows } from './transaction.ts';

export interface MigrationState {
  readonly applied: number;
  /** Steps of the code that the database has not, as `schema.Name`. */
  readonly missing: readonly string[];
  /** Steps of the database that the code has not. */
  readonly unknown: readonly string[];
}

/** @throws Failure `service-unavailable` while PostgreSQL is unavailable */
export async function migrationState(on: Queryable, migrations: readonly SchemaMigrations[]): Promise<MigrationState> {
  const states = await Promise.all(migrations.map((each) => stateOf(on, each)));
  return {
    applied: states.reduce((sum, { applied }) => sum + applied, 0),
    missing: states.flatMap(({ missing }) => missing),
    unknown: states.flatMap(({ unknown }) => unknown),
  };
}

async function stateOf(on: Queryable, { schema, steps }: SchemaMigrations): Promise<MigrationState> {
  const [{ exists }] = (await queryRows<{ exists: boolean }>(on, 'SELECT to_regclass($1) IS NOT NULL AS exists', [
    `"${schema}".migration`,
  ])) as [{ exists: boolean }];
  const rows = exists ? await queryRows<{ name: string }>(on, `SELECT name FROM "${schema}".migration`) : [];
  const inDatabase = new Set(rows.map(({ name }) => name));
  const inCode = new Set(steps.map((Step) => new Step().name ?? Step.name));
  return {
    applied: [...inCode].filter((name) => inDatabase.has(name)).length,
    missing: [...inCode].filter((name) => !inDatabase.has(name)).map((name) => `${schema}.${name}`),
    unknown: [...inDatabase].filter((name) => !inCode.has(name)).map((name) => `${schema}.${name}`),
  };
}
