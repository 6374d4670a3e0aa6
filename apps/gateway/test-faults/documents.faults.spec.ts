/** Loads and exports of documents on a disk that fills up, and a load whose service is killed again and again. */
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { until } from '#testing';
import { Api } from '../test-e2e/support/api.ts';
import { documentLines, plantedDocuments } from '../test-e2e/support/documents.ts';
import { openTestStack, query, type TestStack } from '../test-e2e/support/test-stack.ts';
import { type SmallDisk, smallDisk } from './support/small-disk.ts';

const limitMs = 480_000;
const documentCount = 20_000;
const kills = 3;

let disk: SmallDisk;
let stack: TestStack;
let ana: Api;
beforeAll(async () => {
  disk = smallDisk(64);
  stack = await openTestStack(['gateway', 'posts'], { BLOB_STORE_URL: `file://${join(disk.path, 'blobs')}`, SHUTDOWN_GRACE_MS: '1000' });
  ana = await Api.register(stack.url);
}, 120_000);
afterAll(async () => {
  await stack?.close();
  disk?.remove();
}, 60_000);

const headers = { 'content-type': 'application/x-ndjson' };
const rowsOf = (sql: string, ...values: unknown[]) => query<{ count: number }>(stack.processes.environment.DATABASE_URL, sql, values);

describe('documents', () => {
  it(
    'on a full disk: a load is refused, an export waits without leaving anything, and both work when there is room',
    async () => {
      const { links, id } = (await ana.post('/v1/collections', {})).body;
      const { documents } = plantedDocuments(2_000, 0);
      const loaded = await ana.send(`${links.documents}?wait=60`, { method: 'POST', body: documentLines(documents), headers });
      expect(loaded).toMatchObject({ status: 201, body: { addedCount: 2_000 } });
      const ballast = join(disk.path, 'ballast');
      fillDisk(ballast);
      const files = stack.storedFiles();
      const refused = await ana.send(links.documents, { method: 'POST', body: documentLines(documents).repeat(3), headers });
      expect(refused).toMatchObject({ status: 507, body: { code: 'storage-full' } });
      const { body } = await ana.post('/v1/exports', { source: 'documents', collectionId: id, format: 'csv' });
      const job = async () => (await ana.get(body.links.job)).body;
      expect(await until(async () => (await job()).attempts >= 1 && (await job()).state === 'queued', 60_000, 100)).toBe(true);
      expect(stack.storedFiles()).toEqual(files);
      expect(await rowsOf('SELECT 1 FROM documents.held_file')).toEqual([]);
      rmSync(ballast);
      expect(await until(async () => (await ana.get(body.links.self)).body.state === 'ready', 120_000, 250)).toBe(true);
      expect((await ana.get(body.links.self)).body.rowCount).toBe(2_000);
    },
    limitMs,
  );

  it(
    'whose service is killed again and again are all there, once each',
    async () => {
      const { links, id } = (await ana.post('/v1/collections', {})).body;
      const { documents } = plantedDocuments(documentCount, 0);
      const { body } = await ana.send(links.documents, { method: 'POST', body: documentLines(documents), headers });
      const position = async () =>
        Number((await rowsOf('SELECT byte_offset::float8 AS count FROM documents.load WHERE id = $1', body.id))[0]?.count);
      for (let kill = 1; kill <= kills; kill++) {
        const before = await position();
        expect(await until(async () => (await position()) > before, 120_000, 20)).toBe(true);
        await stack.processes.services.posts?.kill();
        await stack.processes.services.posts?.restart();
      }
      const load = async () => (await ana.get(body.links.self)).body;
      expect(await until(async () => (await load()).state === 'ready', 400_000, 500)).toBe(true);
      expect(await load()).toMatchObject({
        lineCount: documentCount,
        addedCount: documentCount,
        updatedCount: 0,
        repeatedCount: 0,
        refusedCount: 0,
      });
      const sql = 'SELECT count(*)::int AS count, count(DISTINCT external_id)::int AS ids FROM documents.document WHERE collection_id = $1';
      expect(await rowsOf(sql, id)).toEqual([{ count: documentCount, ids: documentCount }]);
    },
    limitMs,
  );
});

/** Writes until the file system is full. */
function fillDisk(path: string): void {
  try {
    for (;;) writeFileSync(path, Buffer.alloc(65_536), { flag: 'a' });
  } catch (error) {
    expect(error).toMatchObject({ code: 'ENOSPC' });
  }
}
