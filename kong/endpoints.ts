/** The gateway's routes from their sources, or from the build, without starting a gateway. */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { openApiDocument } from '../apps/gateway/src/docs/openapi.ts';
import type { Endpoint } from '../apps/gateway/src/http/endpoint.ts';

const root = join(import.meta.dirname, '..');
const sources = join(root, 'apps/gateway/src');
/** For plain Node: what endpoints import may hold decorators, which only the build understands. */
export const builtGateway = join(root, 'dist/apps/gateway/src');

const load = async <T>(folder: string, module: string): Promise<T> =>
  import(pathToFileURL(join(folder, `${module}.${folder === sources ? 'ts' : 'js'}`)).href);

export const readEndpoints = async (folder = sources): Promise<readonly Endpoint[]> =>
  (await load<{ routes: readonly Endpoint[] }>(folder, 'routes')).routes;

export async function readOpenApi(folder = sources): Promise<unknown> {
  const docs = await load<{ openApiDocument: typeof openApiDocument }>(folder, 'docs/openapi');
  return docs.openApiDocument(await readEndpoints(folder), undefined);
}
