/** A load of documents whose service is killed. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { until } from '#testing';
import { Api } from './support/api.ts';
import { documentLines, plantedDocuments } from './support/documents.ts';
import { openTestStack, query, type TestStack } from './support/test-stack.ts';

let stack: TestStack;
let ana: Api;
beforeAll(async () => {
  stack = await openTestStack(['gateway', 'posts']);
  ana = await Api.register(stack.url);
}, 120_000);
afterAll(() => stack?.close());

describe('a load', () => {
  it('that is killed in the middle goes on where it was: nothing twice, nothing lost', async () => {
    const { documents } = plantedDocuments(2_500, 0);
    const lines = [...documents, documents[0]!, { id: 'no text' }]; // one id twice, one bad line
    const { links, id } = (await ana.post('/v1/collections', {})).body;
    const headers = { 'content-type': 'application/x-ndjson' };
    const started = await ana.send(links.documents, { method: 'POST', body: documentLines(lines), headers });
    expect(started).toMatchObject({ status: 202, body: { kind: 'load', state: 'processing' } });
    const load = async () => (await ana.get(started.body.links.self)).body;
    const { DATABASE_URL } = stack.processes.environment;
    const position = async () => (await query<{ at: string }>(DATABASE_URL, 'SELECT byte_offset AS at FROM documents.load'))[0]?.at;
    expect(await until(async () => Number(await position()) > 0, 60_000)).toBe(true);
    await stack.processes.services.posts?.kill();
    expect(Number(await position())).toBeGreaterThan(0);
    await stack.processes.services.posts?.restart();
    expect(await until(async () => (await load()).state === 'ready', 120_000, 500)).toBe(true);
    expect((await ana.get(links.self)).body.documentCount).toBe(2_500);
    const counts = { lineCount: 2_502, addedCount: 2_500, updatedCount: 0, repeatedCount: 1, refusedCount: 1 };
    expect(await load()).toMatchObject({ ...counts, badLines: [{ line: 2_502 }] });
    const sql = 'SELECT count(*)::int AS rows, count(DISTINCT external_id)::int AS ids FROM documents.document WHERE collection_id = $1';
    expect(await query(DATABASE_URL, sql, [id])).toEqual([{ rows: 2_500, ids: 2_500 }]);
    expect(await query(DATABASE_URL, `SELECT 1 FROM blobs.reference WHERE holder LIKE 'posts.load:%'`)).toEqual([]);
  }, 240_000);
});
