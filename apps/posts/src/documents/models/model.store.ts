/** Models of vectors that operators have registered; one is active. A row is never changed but for that: other files are another version. */
import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Failure } from '#contracts';
import { Database } from '#platform';
import { type BlobHolder, BlobReferences, queryRows } from '#storage';
import { builtInModel, type VectorModel } from './vector-model.ts';

export interface NewModel extends VectorModel {
  readonly name: string;
  readonly version: string;
  /** Of all files. */
  readonly sha256: string;
}

export interface ModelSummary {
  readonly id: string;
  readonly dimension: number;
  /** Null for the model that is built in. */
  readonly sha256: string | null;
  readonly isActive: boolean;
  /** Collections that are searched with its vectors. */
  readonly collections: number;
}

/** Which models a collection needs vectors of. */
export interface CollectionModels {
  /** The model that it is searched with. */
  readonly serving: VectorModel;
  /** The model that it will be searched with, once all its documents have vectors of it. */
  readonly active: VectorModel;
}

/** By a hash: the name of a holder has neither an `@` nor so many characters. */
const holderOf = (modelId: string): BlobHolder => `posts.model:${createHash('sha256').update(modelId).digest('hex')}`;
const columns = 'id, dimension, files, options';
/** Vectors that one transaction removes. */
const removedAtOnce = 5_000;

@Injectable()
export class ModelStore {
  /** What is known of a model never changes. */
  readonly #known = new Map<string, VectorModel>([[builtInModel.id, builtInModel]]);

  constructor(private readonly database: Database) {}

  async active(): Promise<VectorModel> {
    const rows = await queryRows<{ id: string }>(this.database.source, 'SELECT id FROM documents.model WHERE is_active', []);
    return this.find(rows[0]?.id ?? builtInModel.id);
  }

  /** @returns undefined when there is no such collection */
  async ofCollection(collectionId: string): Promise<CollectionModels | undefined> {
    const [row] = await queryRows<{ serving: string | null; active: string }>(
      this.database.source,
      'SELECT model AS serving, documents.active_model() AS active FROM documents.collection WHERE id = $1',
      [collectionId],
    );
    return row && { serving: await this.find(row.serving ?? builtInModel.id), active: await this.find(row.active) };
  }

  /** @throws Failure `service-unavailable` for a model that is not registered (any more) */
  async find(id: string): Promise<VectorModel> {
    const known = this.#known.get(id);
    if (known) return known;
    const [row] = await queryRows<VectorModel>(this.database.source, `SELECT ${columns} FROM documents.model WHERE id = $1`, [id]);
    if (!row) throw new Failure('service-unavailable', `The model ${id} of vectors was removed.`, { retryAfterSeconds: 5 });
    this.#known.set(id, row);
    return row;
  }

  list(): Promise<ModelSummary[]> {
    return queryRows(
      this.database.source,
      `SELECT id, dimension, sha256, is_active AS "isActive",
         (SELECT count(*)::int FROM documents.collection WHERE coalesce(collection.model, '${builtInModel.id}') = model.id) AS collections
       FROM documents.model WHERE state = 'ready' ORDER BY created_at, id`,
      [],
    );
  }

  /**
   * Registers a model and holds its files.
   * @returns false when it is registered already, with the same files
   * @throws RangeError when other files are registered under this name and version
   */
  static async add(tx: EntityManager, { id, name, version, dimension, sha256, files, options }: NewModel): Promise<boolean> {
    const added = await queryRows(
      tx,
      `INSERT INTO documents.model (id, name, version, dimension, sha256, files, options)
       VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (id) DO NOTHING RETURNING id`,
      [
        id,
        name,
        version,
        dimension,
        sha256,
        JSON.stringify(files.map(({ name: file, sha256: hash, sizeBytes }) => ({ name: file, sha256: hash, sizeBytes }))),
        JSON.stringify(options),
      ],
    );
    if (added.length === 0) {
      const [known] = await queryRows<{ sha256: string | null; state: string }>(
        tx,
        'SELECT sha256, state FROM documents.model WHERE id = $1 FOR UPDATE',
        [id],
      );
      if (known?.sha256 !== sha256) throw new RangeError(`${id} stands for other files: give these another version.`);
      if (known.state === 'ready') return false;
      await queryRows(tx, `UPDATE documents.model SET state = 'ready' WHERE id = $1`, [id]);
    }
    for (const file of files) await BlobReferences.hold(tx, file.sha256, holderOf(id));
    return true;
  }

  /** From now on collections are given vectors of this model. @returns false when it is active already @throws RangeError for an unknown model */
  static async activate(tx: EntityManager, id: string): Promise<boolean> {
    await queryRows(tx, 'SELECT 1 FROM documents.model ORDER BY id FOR UPDATE', []);
    const [model] = await queryRows<{ isActive: boolean; state: string }>(
      tx,
      'SELECT is_active AS "isActive", state FROM documents.model WHERE id = $1',
      [id],
    );
    if (model?.state !== 'ready') throw new RangeError(`There is no model ${id}.`);
    if (model.isActive) return false;
    await queryRows(tx, 'UPDATE documents.model SET is_active = false WHERE is_active', []);
    await queryRows(tx, 'UPDATE documents.model SET is_active = true, activated_at = now() WHERE id = $1', [id]);
    return true;
  }

  /** Whether a collection may go over to this model now: it is the active one. Holds that until `tx` ends. */
  static async holdActive(tx: EntityManager, id: string): Promise<boolean> {
    return (await queryRows(tx, 'SELECT 1 FROM documents.model WHERE id = $1 AND is_active FOR SHARE', [id])).length > 0;
  }

  /**
   * Removes a model that no collection uses, with its vectors and files. Its row stays: a name and version never stands for other files, which copies of
   * the service would not notice.
   * @throws RangeError for the built-in or the active model, or one that collections are searched with
   */
  async remove(id: string): Promise<void> {
    if (id === builtInModel.id) throw new RangeError(`${id} is built in and stays.`);
    await this.database.transaction((tx) => ModelStore.beginRemoval(tx, id));
    // Stops when it is registered again meanwhile.
    const sql = `DELETE FROM documents.vector WHERE model = $1 AND EXISTS (SELECT 1 FROM documents.model WHERE id = $1 AND state = 'removing') AND text_sha256 IN
      (SELECT text_sha256 FROM documents.vector WHERE model = $1 ORDER BY text_sha256 LIMIT ${removedAtOnce}) RETURNING 1`;
    while ((await queryRows(this.database.source, sql, [id])).length > 0);
  }

  private static async beginRemoval(tx: EntityManager, id: string): Promise<void> {
    const [model] = await queryRows<{ isActive: boolean } & Pick<VectorModel, 'files'>>(
      tx,
      `SELECT is_active AS "isActive", files FROM documents.model WHERE id = $1 AND state = 'ready' FOR UPDATE`,
      [id],
    );
    if (!model) throw new RangeError(`There is no model ${id}.`);
    if (model.isActive) throw new RangeError(`${id} is active: activate another model first.`);
    const using = await queryRows(tx, 'SELECT 1 FROM documents.collection WHERE model = $1 LIMIT 1', [id]);
    if (using.length > 0)
      throw new RangeError(`Collections are searched with ${id}: they are given other vectors when they are searched next.`);
    await queryRows(tx, `UPDATE documents.model SET state = 'removing' WHERE id = $1`, [id]);
    const held = model.files.map(({ sha256 }) => sha256);
    await BlobReferences.releaseAll(tx, held, holderOf(id));
  }
}
