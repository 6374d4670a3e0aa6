import { Injectable } from '@nestjs/common';
import { Database } from '#platform';
import { queryRows } from '#storage';

export interface ColdKey {
  readonly service: string;
  readonly namespace: string;
  readonly key: string;
}

export interface ColdRow extends ColdKey {
  readonly sealed: Buffer;
  readonly deadAtMs: number;
}

export interface Size {
  readonly entries: number;
  readonly bytes: number;
}

/** Approximate size of a row's header, keys and index entries. */
const overheadBytes = 200;
const evictBatch = 500;

@Injectable() // stores sealed entries in PostgreSQL
export class ColdStore {
  constructor(private readonly database: Database) {}

  async get({ service, namespace, key }: ColdKey): Promise<Buffer | undefined> {
    const [row] = await queryRows<{ sealed: Buffer }>(
      this.database.source,
      'SELECT sealed FROM cache.entry WHERE service = $1 AND namespace = $2 AND key = $3 AND dead_at > now()',
      [service, namespace, key],
    );
    return row?.sealed;
  }

  /** Writes all rows in one statement; of several rows for a key the last is written. */
  async put(rows: readonly ColdRow[]): Promise<void> {
    const last = [...new Map(rows.map((row) => [`${row.service}\0${row.namespace}\0${row.key}`, row])).values()];
    await queryRows(
      this.database.source,
      `INSERT INTO cache.entry (service, namespace, key, sealed, bytes, dead_at)
       SELECT service, namespace, key, sealed, length(sealed) + length(key) + ${overheadBytes}, to_timestamp(dead_at_ms / 1000)
       FROM unnest($1::text[], $2::text[], $3::text[], $4::bytea[], $5::double precision[]) AS given (service, namespace, key, sealed, dead_at_ms)
       ON CONFLICT (service, namespace, key) DO UPDATE
         SET sealed = excluded.sealed, bytes = excluded.bytes, dead_at = excluded.dead_at, stored_at = now(), used_at = now(), hits = 0`,
      [
        last.map((row) => row.service),
        last.map((row) => row.namespace),
        last.map((row) => row.key),
        last.map((row) => row.sealed),
        last.map((row) => row.deadAtMs),
      ],
    );
  }

  /** Records uses in one statement. */
  async touch(uses: readonly (ColdKey & { readonly hits: number })[]): Promise<void> {
    await queryRows(
      this.database.source,
      `UPDATE cache.entry SET hits = entry.hits + given.hits, used_at = now()
       FROM unnest($1::text[], $2::text[], $3::text[], $4::integer[]) AS given (service, namespace, key, hits)
       WHERE (entry.service, entry.namespace, entry.key) = (given.service, given.namespace, given.key)`,
      [uses.map((use) => use.service), uses.map((use) => use.namespace), uses.map((use) => use.key), uses.map((use) => use.hits)],
    );
  }

  async deleteKeys(coldKeys: readonly ColdKey[]): Promise<void> {
    await queryRows(
      this.database.source,
      `DELETE FROM cache.entry USING unnest($1::text[], $2::text[], $3::text[]) AS given (service, namespace, key)
       WHERE (entry.service, entry.namespace, entry.key) = (given.service, given.namespace, given.key)`,
      [coldKeys.map(({ service }) => service), coldKeys.map(({ namespace }) => namespace), coldKeys.map(({ key }) => key)],
    );
  }

  async deleteNamespace(service: string, namespace: string): Promise<void> {
    await queryRows(this.database.source, 'DELETE FROM cache.entry WHERE service = $1 AND namespace = $2', [service, namespace]);
  }

  /** Entries and uses of keys that begin with an owner's id, `<ownerId>:…`, as services name what belongs to an owner. */
  async deleteOwner(ownerId: string): Promise<void> {
    for (const table of ['entry', 'popularity'])
      await queryRows(this.database.source, `DELETE FROM cache.${table} WHERE key LIKE $1`, [`${ownerId}:%`]);
  }

  async describe({ service, namespace, key }: ColdKey) {
    const [row] = await queryRows<{ bytes: number; hits: number; storedAt: Date; deadAt: Date }>(
      this.database.source,
      `SELECT bytes, hits, stored_at AS "storedAt", dead_at AS "deadAt" FROM cache.entry
       WHERE service = $1 AND namespace = $2 AND key = $3 AND dead_at > now()`,
      [service, namespace, key],
    );
    return row && { bytes: row.bytes, hits: row.hits, storedAt: row.storedAt.toISOString(), deadAt: row.deadAt.toISOString() };
  }

  async size(): Promise<Size> {
    const [sums] = await queryRows<{ entries: string; bytes: string }>(
      this.database.source,
      'SELECT count(*) AS entries, coalesce(sum(bytes), 0) AS bytes FROM cache.entry',
    );
    return { entries: Number(sums?.entries ?? 0), bytes: Number(sums?.bytes ?? 0) };
  }

  /** Deletes one batch of expired entries. */
  async dropExpired(): Promise<Size> {
    return this.dropAmong(
      `SELECT ctid FROM cache.entry WHERE dead_at <= now() ORDER BY dead_at LIMIT ${evictBatch} FOR UPDATE SKIP LOCKED`,
      [],
    );
  }

  /** Deletes the least recently used entries until the excess is gone, at most one batch. */
  async dropIdle({ entries, bytes }: Size): Promise<Size> {
    return this.dropAmong(
      `SELECT ctid FROM (
         SELECT ctid, sum(bytes) OVER before_this AS bytes_before, count(*) OVER before_this AS entries_before
         FROM (SELECT ctid, bytes, used_at FROM cache.entry ORDER BY used_at LIMIT ${evictBatch} FOR UPDATE SKIP LOCKED) AS oldest
         WINDOW before_this AS (ORDER BY used_at, ctid ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)) AS queue
       WHERE coalesce(bytes_before, 0) < $1 OR entries_before < $2`,
      [bytes, entries],
    );
  }

  /** Several instances may clean up at the same time: each skips rows that another has locked. */
  private async dropAmong(selection: string, parameters: readonly number[]): Promise<Size> {
    const sql = `DELETE FROM cache.entry WHERE ctid = ANY (ARRAY(${selection})) RETURNING bytes`;
    const rows = await queryRows<{ bytes: number }>(this.database.source, sql, parameters);
    return { entries: rows.length, bytes: rows.reduce((sum, { bytes }) => sum + bytes, 0) };
  }
}
