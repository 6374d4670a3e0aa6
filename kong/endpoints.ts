/** Finds the gateway's endpoint values where they are written, or built, without starting a gateway. */
import { globSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Endpoint } from '../apps/gateway/src/http/endpoint.ts';

const root = join(import.meta.dirname, '..');
const sources = join(root, 'apps/gateway/src');
/** For plain Node: what endpoints import may hold decorators, which only the build understands. */
export const builtGateway = join(root, 'dist/apps/gateway/src');

const load = (file: string): Promise<Record<string, unknown>> => import(pathToFileURL(file).href);

const isEndpoint = (value: unknown): value is Endpoint =>
  typeof value === 'object' && value !== null && 'id' in value && 'method' in value && 'path' in value && 'responses' in value;

/** In a fixed order, whatever order the files are found in. A gateway that serves something else fails kong/drift.int.spec.ts. */
export async function readEndpoints(folder = sources): Promise<Endpoint[]> {
  const files = globSync('**/*.endpoints.{ts,js}', { cwd: folder }).sort();
  const modules = await Promise.all(files.map((file) => load(join(folder, file))));
  const found = new Map(modules.flatMap((module) => Object.values(module).filter(isEndpoint)).map((endpoint) => [endpoint.id, endpoint]));
  return [...found.values()].sort((a, b) => a.path.localeCompare(b.path, 'en') || a.method.localeCompare(b.method, 'en'));
}

export async function readOpenApi(folder = sources): Promise<unknown> {
  const { openApiDocument } = (await load(
    join(folder, `docs/openapi.${folder === sources ? 'ts' : 'js'}`),
  )) as typeof import('../apps/gateway/src/docs/openapi.ts');
  return openApiDocument(await readEndpoints(folder), undefined);
}
