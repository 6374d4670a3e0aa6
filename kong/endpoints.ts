/** Finds the gateway's endpoint values where they are written, without starting a gateway. */
import { globSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { openApiDocument } from '../apps/gateway/src/docs/openapi.ts';
import type { Endpoint } from '../apps/gateway/src/http/endpoint.ts';

const gateway = join(import.meta.dirname, '../apps/gateway/src');

const isEndpoint = (value: unknown): value is Endpoint =>
  typeof value === 'object' && value !== null && 'id' in value && 'method' in value && 'path' in value && 'responses' in value;

/** In a fixed order, whatever order the files are found in. A gateway that serves something else fails kong/drift.int.spec.ts. */
export async function readEndpoints(): Promise<Endpoint[]> {
  const files = globSync('**/*.endpoints.ts', { cwd: gateway }).sort();
  const modules = await Promise.all(
    files.map((file) => import(pathToFileURL(join(gateway, file)).href) as Promise<Record<string, unknown>>),
  );
  const found = new Map(modules.flatMap((module) => Object.values(module).filter(isEndpoint)).map((endpoint) => [endpoint.id, endpoint]));
  return [...found.values()].sort((a, b) => a.path.localeCompare(b.path, 'en') || a.method.localeCompare(b.method, 'en'));
}

export const readOpenApi = async (): Promise<unknown> => openApiDocument(await readEndpoints(), undefined);
