import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from '@jest/globals';
import { type BlobStore, openBlobStore } from '#storage';
import { blobStoreSuite, type S3Server, startS3 } from '#testing';

let servers: S3Server[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.stop()));
  servers = [];
});

async function open(credentials?: { accessKeyId: string; secretAccessKey: string }): Promise<{ store: BlobStore; server: S3Server }> {
  const server = await startS3();
  servers.push(server);
  const url = `s3://rafaga/some/prefix?region=eu-west-1&forcePathStyle=true&endpoint=${encodeURIComponent(server.endpoint)}`;
  return { store: await openBlobStore(url, { credentials: credentials ?? server }), server };
}

blobStoreSuite('S3BlobStore', async (test) => {
  const { store, server } = await open();
  const damage = async (sha256: string, bytes: string) => server.replace(`/blobs/${sha256}`, Buffer.from(bytes));
  await test({ store, damage, age: async () => server.age('/blobs/') });
  expect(server.contents().incompleteUploads).toBe(0);
  expect(server.contents().keys.filter((key) => !key.startsWith('/rafaga/some/prefix/blobs/'))).toEqual([]);
});

const megabytes = (count: number) => randomBytes(count * 1_048_576);
const largeLimit = { maxBytes: 100_000_000 };
const inChunks = (bytes: Buffer) =>
  Readable.from(
    (function* () {
      for (let at = 0; at < bytes.length; at += 65_536) yield bytes.subarray(at, at + 65_536);
    })(),
    { objectMode: false },
  );

describe('S3BlobStore', () => {
  it('uploads a large blob in parts and stores one object, named by its hash', async () => {
    const { store, server } = await open();
    const bytes = megabytes(20);
    const { sha256, sizeBytes } = await store.write(inChunks(bytes), largeLimit);
    expect(server.operations.filter((name) => name === 'UploadPart')).toHaveLength(3);
    expect(server.contents()).toEqual({ keys: [`/rafaga/some/prefix/blobs/${sha256}`], incompleteUploads: 0 });
    const { stream } = await store.openRead(sha256, { start: 9_000_000, end: 9_000_999 });
    expect((await buffer(stream)).equals(bytes.subarray(9_000_000, 9_001_000))).toBe(true);
    expect(sizeBytes).toBe(bytes.length);
    expect(await store.write(inChunks(bytes), largeLimit)).toMatchObject({ deduplicated: true });
    expect(server.contents().keys).toHaveLength(1);
  });
  it('leaves nothing of a large blob that exceeds its limit, fails or is aborted', async () => {
    const { store, server } = await open();
    await expect(store.write(inChunks(megabytes(12)), { maxBytes: 11_000_000 })).rejects.toMatchObject({ code: 'payload-too-large' });
    async function* failing() {
      for (let i = 0; i < 12; i++) yield megabytes(1);
      throw new Error('the client disconnected');
    }
    await expect(store.write(failing(), largeLimit)).rejects.toThrow('the client disconnected');
    const abort = new AbortController();
    async function* endless() {
      for (let i = 0; ; i++) {
        if (i === 20) abort.abort(new Error('aborted'));
        yield megabytes(1);
      }
    }
    await expect(store.write(endless(), { ...largeLimit, signal: abort.signal })).rejects.toThrow('aborted');
    expect(server.contents()).toEqual({ keys: [], incompleteUploads: 0 });
  });
  it('reports a full store and keeps existing blobs', async () => {
    const { store, server } = await open();
    const { sha256 } = await store.write(inChunks(Buffer.from('first')), largeLimit);
    server.fail(507);
    await expect(store.write(inChunks(Buffer.from('second')), largeLimit)).rejects.toMatchObject({
      code: 'storage-full',
      retryAfterSeconds: 60,
    });
    server.fail(0);
    expect(await store.stat(sha256)).toMatchObject({ sizeBytes: 5 });
  });
  it('reports an unreachable store', async () => {
    const { store, server } = await open();
    await server.stop();
    await expect(store.stat('0'.repeat(64))).rejects.toMatchObject({ code: 'service-unavailable' });
  });
  it('throws the 403 of a wrong access key', async () => {
    const { store } = await open({ accessKeyId: 'AKIDOTHER', secretAccessKey: 'x' });
    await expect(store.write(inChunks(Buffer.from('x')), largeLimit)).rejects.toMatchObject({ $metadata: { httpStatusCode: 403 } });
  });
  it('removes the local copy after its use', async () => {
    const { store } = await open();
    const { sha256 } = await store.write(inChunks(Buffer.from('local copy')), largeLimit);
    let localPath = '';
    const failing = store.withLocalFile(sha256, async (path) => {
      localPath = path;
      throw new Error('ffmpeg failed');
    });
    await expect(failing).rejects.toThrow('ffmpeg failed');
    expect(existsSync(dirname(localPath))).toBe(false);
  });
  it('keeps old bytes that are stored again during sweeps', async () => {
    const { store, server } = await open();
    const write = () => store.write(inChunks(Buffer.from('again and again')), largeLimit);
    const lost: number[] = [];
    let removed = 0;
    await write();
    for (let requestsAhead = 0; requestsAhead < 24; requestsAhead++) {
      server.age('/blobs/');
      const from = server.operations.length;
      let isDone = false;
      const sweeping = store.sweep({ graceMs: 60_000, referenced: async () => new Set() }).finally(() => {
        isDone = true;
      });
      while (!isDone && server.operations.length < from + Math.min(requestsAhead, 6)) await new Promise((next) => setImmediate(next)); // a different interleaving in each round
      const [{ sha256 }, report] = await Promise.all([write(), sweeping]);
      removed += report.removed;
      if (!(await store.stat(sha256))) lost.push(requestsAhead);
    }
    expect(lost).toEqual([]);
    expect(removed).toBeGreaterThan(0);
  });
});

describe('openBlobStore', () => {
  it('rejects an s3:// URL without a bucket', () => expect(openBlobStore('s3:///prefix')).rejects.toThrow('missing bucket name'));
});
