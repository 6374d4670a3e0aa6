/** What operators have set, by service and name. */
import type { EntityManager } from 'typeorm';
import type { ServiceName, SettingValues } from '#contracts';
import { type Queryable, queryRows } from '#storage';

export async function loadSettings(on: Queryable, service: ServiceName): Promise<SettingValues> {
  const rows = await queryRows<{ name: string; value: string }>(
    on,
    'SELECT name, value FROM settings.value WHERE service = $1 ORDER BY name',
    [service],
  );
  return Object.fromEntries(rows.map(({ name, value }) => [name, value]));
}

/** @param change null takes a value away */
export async function saveSettings(
  tx: EntityManager,
  service: ServiceName,
  change: Readonly<Record<string, string | null>>,
): Promise<void> {
  for (const [name, value] of Object.entries(change).sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (value === null) await queryRows(tx, 'DELETE FROM settings.value WHERE service = $1 AND name = $2', [service, name]);
    else
      await queryRows(
        tx,
        `INSERT INTO settings.value (service, name, value) VALUES ($1, $2, $3)
         ON CONFLICT (service, name) DO UPDATE SET value = excluded.value, changed_at = now()`,
        [service, name, value],
      );
  }
}
