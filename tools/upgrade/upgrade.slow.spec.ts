/** Upgrades from every released version: `released/VERSION.json` lists its migrations, written at the release. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { type TestDatabase, testDatabase } from '#testing';
import { migrationsOf, schemasOf } from '../backup/catalog.ts';
import { ServiceMigrations } from '../backup/migrate-services.ts';
import { incompatibilities, type SchemaShape, shapeOf } from './schema-shape.ts';

const folder = join(import.meta.dirname, 'released');
const released = readdirSync(folder).map((file): [string, string[]] => [
  file.replace('.json', ''),
  JSON.parse(readFileSync(join(folder, file), 'utf8')) as string[],
]);
const limitMs = 600_000;

const databases: TestDatabase[] = [];
let services: ServiceMigrations;
let steps: string[];
let fresh: SchemaShape;

async function emptyDatabase(): Promise<TestDatabase> {
  const database = await testDatabase('upgrade');
  databases.push(database);
  return database;
}

/** Makes the given steps, one group after the other. @returns the shape after each group, and the steps that the database has */
async function migrated(groups: readonly (readonly string[])[]): Promise<{ shapes: SchemaShape[]; applied: string[] }> {
  const { url } = await emptyDatabase();
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const shapes: SchemaShape[] = [];
    const migrations = services.on(url);
    for (const group of groups) {
      const before = await migrationsOf(client, await schemasOf(client));
      await migrations.make(group.filter((step) => !before.includes(step)));
      shapes.push(await shapeOf(client));
    }
    return { shapes, applied: await migrationsOf(client, await schemasOf(client)) };
  } finally {
    await client.end();
  }
}

beforeAll(async () => {
  services = new ServiceMigrations('postgres://127.0.0.1/none');
  steps = [...(await services.known())];
  fresh = (await migrated([steps])).shapes[0]!;
}, limitMs);
afterAll(() => Promise.all(databases.map((database) => database.drop())));

describe.each(released)('an upgrade from %s', (_version, theirs) => {
  it('knows all of its migrations: none was renamed or taken away', () =>
    expect(theirs.filter((step) => !steps.includes(step))).toEqual([]));

  it(
    'gives the schema of a new installation, and the services of both versions can run side by side',
    async () => {
      const { shapes, applied } = await migrated([theirs, steps]);
      expect(applied.toSorted()).toEqual(steps.toSorted());
      expect(shapes[1]).toEqual(fresh);
      expect(incompatibilities(shapes[0]!.columns, shapes[1]!.columns)).toEqual([]);
    },
    limitMs,
  );
});
