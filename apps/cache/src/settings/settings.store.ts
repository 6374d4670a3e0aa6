import { Injectable } from '@nestjs/common';
import { type CacheSettings, cacheSettings } from '#contracts';
import { Database } from '#platform';
import { queryRows } from '#storage';

@Injectable() // operators' settings by service and namespace
export class SettingsStore {
  constructor(private readonly database: Database) {}

  async of(service: string): Promise<Record<string, CacheSettings>> {
    const rows = await queryRows<{ namespace: string; settings: unknown }>(
      this.database.source,
      'SELECT namespace, settings FROM cache.setting WHERE service = $1',
      [service],
    );
    return Object.fromEntries(rows.map(({ namespace, settings }) => [namespace, cacheSettings.parse(settings)]));
  }

  async save(service: string, namespace: string, settings: CacheSettings): Promise<void> {
    await queryRows(
      this.database.source,
      `INSERT INTO cache.setting (service, namespace, settings) VALUES ($1, $2, $3)
       ON CONFLICT (service, namespace) DO UPDATE SET settings = excluded.settings, changed_at = now()`,
      [service, namespace, JSON.stringify(settings)],
    );
  }
}
