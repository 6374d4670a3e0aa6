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

/** Types of the client, from the committed document: it stands in front of them. */
async function clientTypes(): Promise<string> {
  const made = join(folder, 'schema.ts');
  const generator = join(root, 'node_modules/openapi-typescript/bin/cli.js');
  execFileSync(process.execPath, [generator, join(root, 'docs/openapi.json'), '-o', made], { timeout: 120_000, stdio: 'pipe' });
  return readFileSync(made, 'utf8').replace(/^(?: {4})+/gm, (indent) => indent.slice(indent.length / 2)); // two spaces a level
}

const snapshots: readonly [file: string, make: () => Promise<string>][] = [
  ['docs/openapi.json', async () => `${printJson(await readOpenApi())}\n`],
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
