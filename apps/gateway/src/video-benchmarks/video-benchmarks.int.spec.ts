/** Benchmarks as operators ask for them; the video service is away. */
import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { BLOBS, Database } from '#platform';
import type { BlobStore } from '#storage';
import { type ManagedServer, startNats } from '#testing';
import { grantOperator } from '../../testing/grant-operator.ts';
import { type OwnGateway, startGateway } from '../../testing/own-gateway.ts';

const path = '/v1/operators/benchmarks';
let nats: ManagedServer;
let gateway: OwnGateway;
let token: string;
let operatorId: string;

beforeAll(async () => {
  nats = await startNats();
  gateway = await startGateway({ NATS_URL: nats.url });
  const body = { email: 'operator@example.org', password: 'correct horse battery' };
  await gateway.ask('POST', '/v1/auth/register', { body });
  await grantOperator(gateway.databaseUrl, body.email);
  token = (await gateway.ask('POST', '/v1/auth/login', { body })).json.accessToken;
  operatorId = (await gateway.ask('GET', '/v1/me', { token })).json.id;
}, 60_000);
afterAll(async () => {
  await gateway?.stop();
  await nats?.stop();
});

it('refuses more rows at the same time than fit in memory, and names both causes', async () => {
  const body = { rows: 100_000, clients: [1, 5], stepSeconds: 1 };
  const { status, json } = await gateway.ask('POST', path, { token, body });
  expect([status, json.code]).toEqual([400, 'request-invalid']);
  expect(json.errors).toEqual(
    ['/rows', '/clients'].map((pointer) => ({
      ...{ code: 'invalid', in: 'body', pointer },
      detail: '100000 rows for 5 clients are 500000 rows at the same time; at most 400000 are allowed',
    })),
  );
  expect((await gateway.ask('POST', path, { token, body: { ...body, clients: [4, 1] } })).status).toBe(202);
});

it('sends the report as JSON and the page as HTML, as long as they are kept', async () => {
  const blobs: BlobStore = gateway.app.get(BLOBS);
  const store = async (text: string) => {
    const { sha256, sizeBytes } = await blobs.write(Readable.from([Buffer.from(text)]), { maxBytes: 1_000 });
    return { sha256, sizeBytes };
  };
  const result = { json: await store('{"steps":[]}'), html: await store('<p>'), bestRowsPerSecond: 1 };
  const id = randomUUID();
  const sql = (text: string, values: unknown[]) => gateway.app.get(Database).source.query(text, values);
  await sql(
    `INSERT INTO jobs.job (id, owner_id, kind, max_attempts, subject, input, context, state, result, started_at, ended_at)
     VALUES ($1, $2, 'video.service.benchmark', 2, '{}', '{}', '{}', 'succeeded', $3, now(), now())`,
    [id, operatorId, JSON.stringify(result)],
  );
  expect(await gateway.ask('GET', `${path}/${id}/report.json`, { token })).toMatchObject({
    status: 410,
    json: { code: 'benchmark-expired' },
  });
  for (const { sha256 } of [result.json, result.html])
    await sql('INSERT INTO blobs.reference (sha256, holder) VALUES ($1, $2)', [sha256, `video.benchmark:${id}`]);
  const report = await gateway.ask('GET', `${path}/${id}/report.json`, { token });
  expect([report.status, report.headers.get('content-type'), report.json]).toEqual([200, 'application/json', { steps: [] }]);
  const page = await gateway.ask('GET', `${path}/${id}/report.html`, { token });
  expect([page.status, page.headers.get('content-type')]).toEqual([200, expect.stringMatching(/^text\/html/)]);
});
