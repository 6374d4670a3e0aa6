import type * as z from 'zod';
import { type CacheSettings, cacheSettings, type cacheSettingsChange } from '#contracts';

/** Merges a change into the settings; `null` removes a setting (RFC 7396). */
export function mergeSettings(known: CacheSettings, change: z.output<typeof cacheSettingsChange>): CacheSettings {
  const merged = Object.entries({ ...known, ...change }).filter(([, value]) => value !== null && value !== undefined);
  return cacheSettings.parse(Object.fromEntries(merged));
}
