/**
 * The columns that every table of an owner's resources has, whatever its noun: an entity extends {@link OwnedRow}, its migration spreads
 * {@link ownedColumns} and creates {@link ownedIndexes}.
 *
 * The decorators are called as functions, so that this file runs without a compiler, as benches do.
 */
import { Column, CreateDateColumn, PrimaryColumn, UpdateDateColumn } from 'typeorm';

export abstract class OwnedRow {
  declare id: string;
  declare ownerId: string;
  declare title: string;
  declare tags: string[];
  declare metadata: Record<string, string>;
  declare externalId: string | null;
  /** What `?q=` searches, made by `searchText`: the title is its first line. Lists sorted by title are sorted by it. */
  declare searchText: string;
  /** Counts the changes of the owner, from 1. */
  declare revision: number;
  declare createdAt: Date;
  declare updatedAt: Date;
}

PrimaryColumn('uuid')(OwnedRow.prototype, 'id');
Column('uuid', { name: 'owner_id' })(OwnedRow.prototype, 'ownerId');
Column('text')(OwnedRow.prototype, 'title');
Column('text', { array: true })(OwnedRow.prototype, 'tags');
Column('jsonb')(OwnedRow.prototype, 'metadata');
Column('text', { name: 'external_id', nullable: true })(OwnedRow.prototype, 'externalId');
Column('text', { name: 'search_text', select: false })(OwnedRow.prototype, 'searchText');
Column('integer', { default: 1 })(OwnedRow.prototype, 'revision');
CreateDateColumn({ name: 'created_at', type: 'timestamptz' })(OwnedRow.prototype, 'createdAt');
UpdateDateColumn({ name: 'updated_at', type: 'timestamptz' })(OwnedRow.prototype, 'updatedAt');

/** Columns of an {@link OwnedRow} for `CREATE TABLE`. Text is compared by code points, so that no index depends on the locale of the server. */
export const ownedColumns = `
  id          uuid PRIMARY KEY,
  owner_id    uuid NOT NULL,
  title       text NOT NULL,
  tags        text[] NOT NULL DEFAULT '{}',
  metadata    jsonb NOT NULL DEFAULT '{}',
  external_id text,
  search_text text COLLATE "C" NOT NULL,
  revision    integer NOT NULL DEFAULT 1,
  created_at  timestamptz NOT NULL DEFAULT now(),
  updated_at  timestamptz NOT NULL DEFAULT now()`;

/** Characters of the value that a list by title is sorted by; bounded, so that it fits into an index and a cursor. */
export const titleOrderLength = 200;
/** SQL of that value. */
export const titleOrder = (searchText: string): string => `left(${searchText}, ${titleOrderLength})`;

/**
 * The indexes of a table with {@link ownedColumns}: an owner's ids of its own are unique; lists by time, by the last change and by title read an index in their order.
 * @param table `schema.name`, lower case
 */
export function ownedIndexes(table: string): readonly string[] {
  const name = table.slice(table.indexOf('.') + 1);
  return [
    `CREATE UNIQUE INDEX ${name}${externalIdIndex} ON ${table} (owner_id, external_id) WHERE external_id IS NOT NULL`,
    `CREATE INDEX ${name}_created ON ${table} (owner_id, created_at, id)`,
    `CREATE INDEX ${name}_title ON ${table} (owner_id, ${titleOrder('search_text')}, id)`,
    updatedIndex(table),
  ];
}

/** The index of {@link ownedIndexes} for lists by the last change. */
export const updatedIndex = (table: string, how: 'CONCURRENTLY' | '' = ''): string =>
  `CREATE INDEX ${how} IF NOT EXISTS ${table.slice(table.indexOf('.') + 1)}_updated ON ${table} (owner_id, updated_at, id)`;

export const externalIdIndex = '_external_id';

/** The fields of every resource that come from its row as they stand. */
export const presentOwned = ({ id, title, tags, metadata, externalId, revision, createdAt, updatedAt }: Omit<OwnedRow, 'searchText'>) => ({
  ...{ id, title, tags, metadata, externalId, revision },
  ...{ createdAt: createdAt.toISOString(), updatedAt: updatedAt.toISOString() },
});
