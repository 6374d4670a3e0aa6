import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import Fastify, { type FastifyInstance } from 'fastify';
import { Failure, failures } from '#contracts';
import { type BlobStore, openBlobStore } from '#storage';
import { FileSender } from './file-sender.service.ts';

let folder: string;
let store: BlobStore;
let server: FastifyInstance;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rafaga-damaged-'));
  store = await openBlobStore(pathToFileURL(folder).href);
  const files = new FileSender(store);
  server = Fastify();
  server.setErrorHandler((error, _request, reply) => {
    const { code } = Failure.from(error);
    return reply.code(failures[code].status).type('application/json').send({ code });
  });
  server.get<{ Params: { sha256: string } }>('/:sha256', async ({ params, headers }, reply) => {
    const { sizeBytes } = (await store.stat(params.sha256))!;
    const file = { ...params, sizeBytes, contentType: 'audio/wav', fileName: 'a.wav' };
    const answer = await files.send(file, { method: 'GET', range: headers.range }, reply);
    return reply.send(answer?.getStream());
  });
  await server.listen({ port: 0, host: '127.0.0.1' });
});
afterEach(async () => {
  server.server.closeAllConnections();
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

async function damagedBlob(sizeBytes: number): Promise<string> {
  const { sha256 } = await store.write(Readable.from([Buffer.alloc(sizeBytes, 'sound')]), { maxBytes: sizeBytes });
  const path = join(folder, sha256.slice(0, 2), sha256.slice(2, 4), sha256);
  const bytes = await readFile(path);
  bytes[sizeBytes >> 1]! ^= 1;
  await writeFile(path, bytes);
  return sha256;
}
const get = (sha256: string, headers: Record<string, string> = {}) => fetch(`${server.listeningOrigin}/${sha256}`, { headers });

it.each<[string, Record<string, string>]>([
  ['whole', {}],
  ['in part', { range: 'bytes=0-700000' }],
])('a damaged file that is asked for %s ends short', async (_what, headers) => {
  const response = await get(await damagedBlob(1_000_000), headers);
  expect(response.ok).toBe(true);
  await expect(response.arrayBuffer()).rejects.toThrow();
});

it('a damaged file of one chunk is a refusal', async () => {
  const response = await get(await damagedBlob(100));
  expect([response.status, await response.json()]).toEqual([500, { code: 'file-lost' }]);
});
