/** Writes rows of an owner: creation with an id that the client may choose, and changes that name the revision that they are based on. */
import type { EntityManager, EntityTarget, FindOptionsWhere, QueryDeepPartialEntity } from 'typeorm';
import { Failure, type OwnerChanges, ownerFieldLimits } from '#contracts';
import { orUnavailable, violatedIndex } from './availability.ts';
import { externalIdIndex, type OwnedRow } from './owned-row.ts';
import { searchText, withTitle } from './search-text.ts';

/** A row with this id is there, perhaps written by another transaction meanwhile. The transaction of the insert cannot go on. */
export class RowExists extends Error {}

/** What an owner leaves out may be undefined. Of the noun's own columns, those that have a default in the database may be missing. */
export type NewOwnedRow<Row extends OwnedRow> = Pick<OwnedRow, 'id' | 'ownerId' | 'title'> & {
  readonly [Key in 'tags' | 'metadata' | 'externalId']?: OwnedRow[Key] | undefined;
} & Partial<Omit<Row, keyof OwnedRow>>;

/**
 * @param searched what `?q=` finds beside the title
 * @throws RowExists; Failure `external-id-taken`, also when another transaction takes it at the same time
 */
export async function insertOwned<Row extends OwnedRow>(
  tx: EntityManager,
  entity: EntityTarget<Row>,
  row: NewOwnedRow<Row>,
  searched: readonly string[] = [],
): Promise<void> {
  const { tags = [], metadata = {}, externalId = null } = row;
  const values = { ...row, tags, metadata, externalId, searchText: searchText(row.title, searched) };
  await refusingDuplicates(
    tx
      .createQueryBuilder()
      .insert()
      .into(entity)
      .values(values as unknown as QueryDeepPartialEntity<Row>)
      .execute(),
  );
}

export interface OwnedKey {
  readonly id: string;
  readonly ownerId: string;
}

/** Changes of the columns that the noun has beside those of every owned row. */
export interface OwnChanges<Row extends OwnedRow> {
  readonly values?: Partial<Omit<Row, keyof OwnedRow>>;
  /** What `?q=` finds beside the title, where that changes. */
  readonly searched?: readonly string[];
}

/**
 * Applies a `PATCH`: one locked read and one update, so that of two changes based on the same revision one is refused.
 *
 * @param changes as in the request of an `update` contract; without any change the row stays as it is
 * @param own what changes in the noun's own columns
 * @returns the row as it is then, without its relations; null when the owner has no such row
 * @throws Failure `precondition-failed`, `external-id-taken`, `metadata-too-large`
 */
export async function updateOwned<Row extends OwnedRow>(
  tx: EntityManager,
  entity: EntityTarget<Row>,
  { id, ownerId }: OwnedKey,
  changes: OwnerChanges & { readonly ifRevision?: number | undefined },
  own: OwnChanges<Row> = {},
): Promise<Row | null> {
  const row = await lockOwned(tx, entity, { id, ownerId });
  if (!row) return null;
  requireRevision(row, changes.ifRevision);
  const title = changes.title ?? row.title;
  const changed = {
    ...changedFields(row, changes),
    ...own.values,
    ...(own.searched ? { searchText: searchText(title, own.searched) } : {}),
  };
  if (Object.keys(changed).length === 0) return row;
  const values = { ...changed, revision: row.revision + 1 };
  const update = tx
    .createQueryBuilder()
    .update(entity)
    .set(values as unknown as QueryDeepPartialEntity<Row>)
    .where('id = :id AND owner_id = :ownerId', { id, ownerId })
    .returning('updated_at');
  const { raw } = await refusingDuplicates(update.execute());
  return Object.assign(row, values, { updatedAt: (raw as { updated_at: Date }[])[0]?.updated_at });
}

/**
 * Deletes a row, unless it has changed since the caller read it. Of two calls at the same time, one deletes it.
 * @returns false when the owner has no such row
 * @throws Failure `precondition-failed`
 */
export async function deleteOwned<Row extends OwnedRow>(
  tx: EntityManager,
  entity: EntityTarget<Row>,
  { id, ownerId }: OwnedKey,
  ifRevision: number | undefined,
): Promise<boolean> {
  const key = { id, ownerId } as FindOptionsWhere<Row>;
  const { affected } = await tx.delete(entity, ifRevision === undefined ? key : { ...key, revision: ifRevision });
  if (affected === 0 && ifRevision !== undefined && (await tx.existsBy(entity, key))) throw changedMeanwhile();
  return affected === 1;
}

/** @param ifRevision undefined: whatever it is @throws Failure `precondition-failed` when the owner has changed the row since */
export function requireRevision({ revision }: Pick<OwnedRow, 'revision'>, ifRevision: number | undefined): void {
  if (ifRevision !== undefined && ifRevision !== revision) throw changedMeanwhile();
}

/** The failure of a change that is based on an older revision. */
export const changedMeanwhile = () =>
  new Failure('precondition-failed', 'It has changed since you read it: read it again and repeat your change.');

function lockOwned<Row extends OwnedRow>(tx: EntityManager, entity: EntityTarget<Row>, { id, ownerId }: OwnedKey): Promise<Row | null> {
  const query = tx.getRepository(entity).createQueryBuilder('row').addSelect('row.searchText');
  const key = { id, ownerId } as FindOptionsWhere<Row>;
  return orUnavailable(query.where(key).setLock('for_no_key_update').getOne());
}

function changedFields(row: OwnedRow, { title, tags, metadata, externalId }: OwnerChanges): Partial<OwnedRow> {
  return {
    ...(title === undefined ? {} : { title, searchText: withTitle(row.searchText, title) }),
    ...(tags === undefined ? {} : { tags }),
    ...(metadata === undefined ? {} : { metadata: merged(row.metadata, metadata) }),
    ...(externalId === undefined ? {} : { externalId }),
  };
}

/** JSON Merge Patch (RFC 7396) of a flat object: null removes a pair. */
function merged(stored: Readonly<Record<string, string>>, patch: Readonly<Record<string, string | null>>): Record<string, string> {
  const pairs = new Map<string, string | null>([...Object.entries(stored), ...Object.entries(patch)]);
  const kept = [...pairs].filter((pair): pair is [string, string] => pair[1] !== null);
  if (kept.length > ownerFieldLimits.metadataPairs)
    throw new Failure('metadata-too-large', `There would be ${kept.length} pairs; at most ${ownerFieldLimits.metadataPairs} are kept.`);
  return Object.fromEntries(kept);
}

async function refusingDuplicates<T>(write: Promise<T>): Promise<T> {
  try {
    return await write;
  } catch (error) {
    const index = violatedIndex(error);
    if (index?.endsWith(externalIdIndex))
      throw new Failure('external-id-taken', 'Another of your resources of this kind has this externalId.', { cause: error });
    if (index?.endsWith('_pkey')) throw new RowExists('A row with this id exists.', { cause: error });
    throw error;
  }
}
