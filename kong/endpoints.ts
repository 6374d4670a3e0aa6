/** Loads the gateway's endpoints from the sources or the build, without starting a gateway. */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { openApiDocument } from '../apps/gateway/src/docs/openapi.ts';
import type { Endpoint } from '../apps/gateway/src/http/endpoint.ts';

const root = join(import.meta.dirname, '..');
const sources = join(root, 'apps/gateway/src');
/** From the build, for plain Node: the imports of endpoints may contain decorators. */
export const builtGateway = join(root, 'dist/apps/gateway/src');

const load = async <T>(folder: string, module: string): Promise<T> =>
  import(pathToFileURL(join(folder, `${module}.${folder === sources ? 'ts' : 'js'}`)).href);

export const readEndpoints = async (folder = sources): Promise<readonly Endpoint[]> =>
  (await load<{ routes: readonly Endpoint[] }>(folder, 'routes')).routes;

export async function readOpenApi(folder = sources): Promise<unknown> {
  const docs = await load<{ openApiDocument: typeof openApiDocument }>(folder, 'docs/openapi');
  return docs.openApiDocument(await readEndpoints(folder), undefined);
}
