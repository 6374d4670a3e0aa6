/** What clients, operators and dashboards rely on, as committed files: an unintended change of an interface fails here. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type TestDatabase, testDatabase, testNatsUrl, testRedisUrl } from '#testing';
import { readOpenApi } from '../../kong/endpoints.ts';
import { render } from '../../kong/render.ts';
import { metricList } from './metric-list.ts';
import { printJson } from './print-json.ts';

const root = join(import.meta.dirname, '../..');
const writes = process.env.RAFAGA_WRITE_SNAPSHOTS === '1';

type OpenApi = Record<string, unknown>;
let built: Promise<OpenApi> | undefined;
function openApi(): Promise<OpenApi> {
  built ??= readOpenApi() as Promise<OpenApi>;
  return built;
}

let folder: string;
let database: TestDatabase;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'rafaga-snapshots-'));
  database = await testDatabase('snapshots');
});
afterAll(async () => {
  await database?.drop();
  rmSync(folder, { recursive: true, force: true });
});

async function environment(): Promise<NodeJS.ProcessEnv> {
  const { NODE_OPTIONS: _flags, NODE_ENV: _test, JEST_WORKER_ID: _worker, ...rest } = process.env;
  return {
    ...rest,
    DATABASE_URL: database.url,
    REDIS_URL: await testRedisUrl(),
    NATS_URL: testNatsUrl(),
    BLOB_STORE_URL: `file://${folder}/blobs`,
    GATEWAY_KEY_PATH: join(folder, 'identity.key'),
    HTTP_PORT: '0',
    LOG_LEVEL: 'silent',
    WORKER_BUDGET: 'process',
    WORKER_THREADS: '1',
  };
}

/** The OpenAPI document in three files, because one would be too long to read and to compare. */
const documentParts: Readonly<Record<string, (document: OpenApi) => unknown>> = {
  'docs/openapi/document.json': ({ paths: _paths, components: _components, ...rest }) => rest,
  'docs/openapi/paths.json': ({ paths }) => paths,
  'docs/openapi/components.json': ({ components }) => components,
};

/** Stands for values that are not known yet: in the types it becomes any text, beside the known values that an editor offers. */
const otherValue = 'any-other-value';

/** Headers of answers are left out: fetch gives all of them as text, whatever a type says, and they were a sixth of the file. */
function forClient(key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (key === 'headers' && Object.values(value).every(isHeader)) return undefined;
  if (!('x-extensible-enum' in value)) return value;
  const { 'x-extensible-enum': known, ...rest } = value;
  return { ...rest, enum: [...(known as unknown[]), otherValue] };
}

/** A Header Object of OpenAPI, or a reference to one; a schema may have a property named `headers`. */
const isHeader = (value: unknown): boolean =>
  typeof value === 'object' &&
  value !== null &&
  ('schema' in value || ('$ref' in value && String(value.$ref).startsWith('#/components/headers/')));

/** Types of the client, from the OpenAPI document. */
async function clientTypes(): Promise<string> {
  const [document, made] = [join(folder, 'openapi.json'), join(folder, 'schema.ts')];
  writeFileSync(document, JSON.stringify(await openApi(), forClient));
  const generator = join(root, 'node_modules/openapi-typescript/bin/cli.js');
  execFileSync(process.execPath, [generator, document, '-o', made], { timeout: 120_000, stdio: 'pipe' });
  const types = readFileSync(made, 'utf8').replaceAll(`"${otherValue}"`, '(string & {})');
  return types.replace(/^(?: {4})+/gm, (indent) => '\t'.repeat(indent.length / 4));
}

const snapshots: readonly [file: string, make: () => Promise<string>][] = [
  ...Object.entries(documentParts).map(
    ([file, part]) => [file, async () => `${printJson(part(await openApi()))}\n`] as [string, () => Promise<string>],
  ),
  ['clients/typescript/src/schema.ts', clientTypes],
  ['docs/metrics.txt', async () => metricList(await environment())],
  ['kong/kong.yml', () => render({})],
];

describe('committed interfaces: after an intended change run `npm run snapshots` and review the difference', () => {
  it.each(snapshots)(
    '%s is what the code gives',
    async (file, make) => {
      const made = await make();
      if (writes) writeFileSync(join(root, file), made);
      expect(made).toBe(readFileSync(join(root, file), 'utf8'));
    },
    600_000, // it starts six services, also where other work keeps the machine busy
  );
});
