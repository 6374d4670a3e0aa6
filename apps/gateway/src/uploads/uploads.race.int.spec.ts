/** Writers of the same new bytes, some of them refused at each step, beside a sweep: what was acknowledged stays, whatever happens to the others. */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { type ClientRequest, request as open } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer, text } from 'node:stream/consumers';
import multipart from '@fastify/multipart';
import { afterEach, describe, expect, it } from '@jest/globals';
import Fastify, { type FastifyInstance } from 'fastify';
import { Failure, failures } from '#contracts';
import { type BlobStore, openBlobStore, openFsBlobStore } from '#storage';
import { startS3 } from '#testing';
import { type Upload, Uploads } from './uploads.service.ts';

/** Enough to see the race that this was written for within a few rounds; raise it for a long run. */
const rounds = Number(process.env.RACE_ROUNDS ?? 50);
let cleanUps: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
  cleanUps = [];
});

async function fsStore(): Promise<BlobStore> {
  const folder = await mkdtemp(join(tmpdir(), 'rafaga-race-'));
  cleanUps.push(() => rm(folder, { recursive: true, force: true }));
  return openFsBlobStore(folder);
}

async function s3Store(): Promise<BlobStore> {
  const server = await startS3();
  cleanUps.push(() => server.stop());
  return openBlobStore(`s3://race/x?forcePathStyle=true&endpoint=${encodeURIComponent(server.endpoint)}`, { credentials: server });
}

/** A stand-in for the audio service: looks whether the bytes are there, refuses by name, and keeps a reference to what it takes. */
function takerOf(store: BlobStore) {
  const referenced = new Set<string>();
  const take = async ({ sha256, fileName }: Upload) => {
    if (!(await store.stat(sha256))) throw new Failure('file-lost', 'The uploaded file is not in the store.');
    if (fileName.startsWith('refused')) throw new Failure('media-not-audio', 'No.');
    referenced.add(sha256);
    return { sha256 };
  };
  return { take, referenced };
}

async function serverOf(uploads: Uploads, take: (upload: Upload) => Promise<unknown>): Promise<FastifyInstance> {
  const server = Fastify();
  await server.register(multipart);
  server.setErrorHandler((error, _request, reply) => {
    const { code } = Failure.from(error);
    return reply.code(failures[code].status).send({ code });
  });
  server.post('/', (request) => uploads.receive(request, take));
  await server.listen({ port: 0, host: '127.0.0.1' });
  cleanUps.push(async () => {
    server.server.closeAllConnections();
    await server.close();
  });
  return server;
}

const filePart = (name: string, bytes: Buffer) =>
  Buffer.concat([
    Buffer.from(`--cut\r\ncontent-disposition: form-data; name="file"; filename="${name}"\r\ncontent-type: audio/wav\r\n\r\n`),
    bytes,
    Buffer.from('\r\n'),
  ]);
const end = Buffer.from('--cut--\r\n');
const secondPart = Buffer.from('--cut\r\ncontent-disposition: form-data; name="unknown"\r\n\r\nx\r\n--cut--\r\n');

/** Lets other requests go on for a few turns of the event loop: another moment each time. */
async function turns(count: number): Promise<void> {
  for (let i = 0; i < count; i++) await new Promise((next) => setImmediate(next));
}

async function answerOf(request: ClientRequest): Promise<{ status: number; code: string | undefined }> {
  const [response] = await once(request, 'response');
  return { status: response.statusCode, code: JSON.parse(await text(response)).code };
}

function writersTo(server: FastifyInstance) {
  const { port } = server.server.address() as AddressInfo;
  const start = () => open({ port, host: '127.0.0.1', method: 'POST', headers: { 'content-type': 'multipart/form-data; boundary=cut' } });
  return {
    whole: async (name: string, bytes: Buffer) => {
      const request = start();
      request.end(Buffer.concat([filePart(name, bytes), end]));
      return answerOf(request);
    },
    secondPart: async (bytes: Buffer, after: number) => {
      const request = start();
      request.write(filePart('a.wav', bytes));
      await turns(after);
      request.end(secondPart);
      return answerOf(request);
    },
    goesAway: async (bytes: Buffer, after: number) => {
      const request = start();
      request.on('error', () => {}); // cut by ourselves
      request.write(filePart('a.wav', bytes));
      await turns(after);
      request.destroy();
    },
  };
}

/** As an import or a resumable upload does it, given up in the middle. */
async function abortedImport(uploads: Uploads, bytes: Buffer, after: number, take: (upload: Upload) => Promise<unknown>): Promise<void> {
  const abort = new AbortController();
  const keeping = uploads.keep({ fileName: 'a.wav', bytes: Readable.from([bytes]) }, take, abort.signal).catch(() => undefined);
  await turns(after);
  abort.abort(new Error('cancelled'));
  await keeping;
}

describe.each([
  ['fs', fsStore],
  ['s3', s3Store],
])('uploads of the same bytes at once, into %s', (_driver, openStore) => {
  it('are each kept if they were acknowledged, however many of the others are refused', async () => {
    const store = await openStore();
    const { take, referenced } = takerOf(store);
    const uploads = new Uploads(store, { maxBytes: 1_000_000, idleMs: 30_000 });
    const writers = writersTo(await serverOf(uploads, take));
    const stop = new AbortController();
    const sweeping = (async () => {
      while (!stop.signal.aborted)
        await store.sweep({ graceMs: 60_000, referenced: async (names) => new Set(names.filter((name) => referenced.has(name))) });
    })();
    const wrong: unknown[] = [];
    for (let round = 0; round < rounds; round++) {
      const bytes = randomBytes(3_000);
      const [good, , second] = await Promise.all([
        Promise.all([0, 1, 2].map((n) => turns((n * round) % 7).then(() => writers.whole('good.wav', bytes)))),
        writers.whole('refused.wav', bytes),
        writers.secondPart(bytes, round % 40),
        writers.goesAway(bytes, round % 30),
        abortedImport(uploads, bytes, round % 20, take),
      ]);
      if (second.status !== 400) wrong.push({ round, second });
      for (const answer of good) if (answer.status !== 200) wrong.push({ round, ...answer });
      const [sha256] = [...referenced].slice(-1) as [string];
      const found = await store.openRead(sha256).then(
        ({ stream }) => buffer(stream),
        (error: unknown) => error,
      );
      if (!(found instanceof Uint8Array && bytes.equals(found))) wrong.push({ round, lost: String(found).slice(0, 60) });
    }
    stop.abort();
    await sweeping;
    expect(wrong).toEqual([]);
  }, 240_000);
});
