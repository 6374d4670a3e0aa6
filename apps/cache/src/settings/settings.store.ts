import { Injectable } from '@nestjs/common';
import { type CacheSettings, cacheSettings } from '#contracts';
import { Database } from '#platform';
import { queryRows } from '#storage';

/** The revision of settings that nobody has changed. */
const unchanged = 1;

@Injectable() // operators' settings by service and namespace
export class SettingsStore {
  constructor(private readonly database: Database) {}

  /** Without a prototype: a namespace may be called `constructor`. */
  async of(service: string): Promise<Record<string, CacheSettings>> {
    const rows = await queryRows<{ namespace: string; settings: unknown }>(
      this.database.source,
      'SELECT namespace, settings FROM cache.setting WHERE service = $1',
      [service],
    );
    const own = Object.fromEntries(rows.map(({ namespace, settings }) => [namespace, cacheSettings.parse(settings)]));
    return Object.assign(Object.create(null) as object, own);
  }

  /** How often they have been changed, from 1. */
  async revisionOf(service: string, namespace: string): Promise<number> {
    const sql = 'SELECT revision FROM cache.setting WHERE service = $1 AND namespace = $2';
    const [row] = await queryRows<{ revision: number }>(this.database.source, sql, [service, namespace]);
    return row?.revision ?? unchanged;
  }

  /**
   * One statement compares the revision and stores the settings.
   * @param ifRevision the revision that they must have; undefined: any
   * @returns the new revision; undefined where they have another one
   */
  async save(service: string, namespace: string, settings: CacheSettings, ifRevision?: number): Promise<number | undefined> {
    const [row] = await queryRows<{ revision: number }>(
      this.database.source,
      `INSERT INTO cache.setting AS known (service, namespace, settings)
       SELECT $1, $2, $3 WHERE $4::int IS NULL OR $4 = ${unchanged} OR EXISTS (SELECT 1 FROM cache.setting WHERE service = $1 AND namespace = $2)
       ON CONFLICT (service, namespace) DO UPDATE SET settings = excluded.settings, changed_at = now(), revision = known.revision + 1
         WHERE $4::int IS NULL OR known.revision = $4
       RETURNING revision`,
      [service, namespace, JSON.stringify(settings), ifRevision ?? null],
    );
    return row?.revision;
  }
}
