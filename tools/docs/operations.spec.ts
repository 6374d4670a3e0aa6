import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import type * as z from 'zod';
import { outboundConfig, platformConfig } from '#platform';
import { audioConfigSchema } from '../../apps/audio/src/config.ts';
import { cacheConfigSchema } from '../../apps/cache/src/config.ts';
import { gatewaySchema } from '../../apps/gateway/src/config.ts';
import { healthSchema } from '../../apps/health/src/config.ts';
import { videoConfigSchema } from '../../apps/video/src/config.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/operations.md'), 'utf8');

/** The rows of the table under a heading: name to what the page says its default is. */
function documented(heading: string): Record<string, string> {
  const section = page.split(/^### /m).find((part) => part.startsWith(`${heading}\n`)) ?? '';
  const rows = [...section.matchAll(/^\| `([A-Z][A-Z0-9_]+)` \| ([^|]*) \|/gm)];
  return Object.fromEntries(rows.map(([, name, text]) => [name, here((text ?? '').replaceAll('`', '').trim())]));
}

/** What a default that depends on the machine is on this one. */
const here = (text: string) => (text === 'cores − 1' ? String(Math.max(1, availableParallelism() - 1)) : text);

function defaultOf(schema: z.ZodType): string {
  const { success, data } = schema.safeParse(undefined);
  if (!success) return 'required';
  return data === undefined || (Array.isArray(data) && data.length === 0) ? 'none' : String(data);
}

/** What a service reads beyond the shared part, or reads differently. */
function read(schema: z.ZodObject, shared: z.ZodObject | undefined): Record<string, string> {
  const own = Object.entries(schema.shape).filter(([name, value]) => shared?.shape[name] !== value);
  return Object.fromEntries(own.map(([name, value]) => [name, defaultOf(value as z.ZodType)]));
}

describe('docs/operations.md', () => {
  it.each<[string, z.ZodObject, z.ZodObject | undefined]>([
    ['Every service', platformConfig, undefined],
    ['gateway', gatewaySchema, platformConfig],
    ['audio', audioConfigSchema, platformConfig.extend(outboundConfig.shape)],
    ['video', videoConfigSchema, platformConfig],
    ['cache', cacheConfigSchema, platformConfig],
    ['health', healthSchema, platformConfig],
  ])('%s: names every variable that is read, with its default, and no other', (heading, schema, shared) => {
    expect(documented(heading)).toEqual(read(schema, shared));
  });
});
