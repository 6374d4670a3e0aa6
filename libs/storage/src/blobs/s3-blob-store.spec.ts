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
  expect(server.contents().unfinished).toBe(0);
  expect(server.contents().keys.filter((key) => !key.startsWith('/rafaga/some/prefix/blobs/'))).toEqual([]);
});

const megabytes = (count: number) => randomBytes(count * 1_048_576);
const roomy = { maxBytes: 100_000_000 };
const inChunks = (bytes: Buffer) =>
  Readable.from(
    (function* () {
      for (let at = 0; at < bytes.length; at += 65_536) yield bytes.subarray(at, at + 65_536);
    })(),
    { objectMode: false },
  );

describe('S3BlobStore', () => {
  it('sends a large blob in parts and keeps it under its hash alone', async () => {
    const { store, server } = await open();
    const bytes = megabytes(20);
    const { sha256, sizeBytes } = await store.write(inChunks(bytes), roomy);
    expect(server.asked.filter((name) => name === 'UploadPart')).toHaveLength(3);
    expect(server.contents()).toEqual({ keys: [`/rafaga/some/prefix/blobs/${sha256}`], unfinished: 0 });
    const { stream } = await store.openRead(sha256, { start: 9_000_000, end: 9_000_999 });
    expect((await buffer(stream)).equals(bytes.subarray(9_000_000, 9_001_000))).toBe(true);
    expect(sizeBytes).toBe(bytes.length);
    expect(await store.write(inChunks(bytes), roomy)).toMatchObject({ deduplicated: true });
    expect(server.contents().keys).toHaveLength(1);
  });
  it('leaves nothing of a large blob that grows over its cap, breaks or is aborted in the middle', async () => {
    const { store, server } = await open();
    await expect(store.write(inChunks(megabytes(12)), { maxBytes: 11_000_000 })).rejects.toMatchObject({ code: 'payload-too-large' });
    async function* breaking() {
      for (let i = 0; i < 12; i++) yield megabytes(1);
      throw new Error('the client went away');
    }
    await expect(store.write(breaking(), roomy)).rejects.toThrow('the client went away');
    const abort = new AbortController();
    async function* endless() {
      for (let i = 0; ; i++) {
        if (i === 20) abort.abort(new Error('told to stop'));
        yield megabytes(1);
      }
    }
    await expect(store.write(endless(), { ...roomy, signal: abort.signal })).rejects.toThrow('told to stop');
    expect(server.contents()).toEqual({ keys: [], unfinished: 0 });
  });
  it('says so when the store is full, and keeps what is there', async () => {
    const { store, server } = await open();
    const { sha256 } = await store.write(inChunks(Buffer.from('first')), roomy);
    server.fail(507);
    await expect(store.write(inChunks(Buffer.from('second')), roomy)).rejects.toMatchObject({
      code: 'storage-full',
      retryAfterSeconds: 60,
    });
    server.fail(0);
    expect(await store.stat(sha256)).toMatchObject({ sizeBytes: 5 });
  });
  it('says so when the store is away', async () => {
    const { store, server } = await open();
    await server.stop();
    await expect(store.stat('0'.repeat(64))).rejects.toMatchObject({ code: 'service-unavailable' });
  });
  it('is refused with the key of somebody else', async () => {
    const { store } = await open({ accessKeyId: 'AKIDOTHER', secretAccessKey: 'x' });
    await expect(store.write(inChunks(Buffer.from('x')), roomy)).rejects.toMatchObject({ $metadata: { httpStatusCode: 403 } });
  });
  it('lends a file only for as long as it is used', async () => {
    const { store } = await open();
    const { sha256 } = await store.write(inChunks(Buffer.from('lent')), roomy);
    let lent = '';
    const failing = store.withLocalFile(sha256, async (path) => {
      lent = path;
      throw new Error('ffmpeg died');
    });
    await expect(failing).rejects.toThrow('ffmpeg died');
    expect(existsSync(dirname(lent))).toBe(false);
  });
  it('keeps old bytes that are stored once more while sweeps run over them', async () => {
    const { store, server } = await open();
    const write = () => store.write(inChunks(Buffer.from('again and again')), roomy);
    const lost: number[] = [];
    let removed = 0;
    await write();
    for (let requestsAhead = 0; requestsAhead < 24; requestsAhead++) {
      server.age('/blobs/');
      const from = server.asked.length;
      let over = false;
      const sweeping = store.sweep({ graceMs: 60_000, referenced: async () => new Set() }).finally(() => {
        over = true;
      });
      while (!over && server.asked.length < from + Math.min(requestsAhead, 6)) await new Promise((next) => setImmediate(next)); // another moment each time
      const [{ sha256 }, report] = await Promise.all([write(), sweeping]);
      removed += report.removed;
      if (!(await store.stat(sha256))) lost.push(requestsAhead);
    }
    expect(lost).toEqual([]);
    expect(removed).toBeGreaterThan(0);
  });
});

describe('an s3:// URL', () => {
  it('names its bucket', () => expect(openBlobStore('s3:///prefix')).rejects.toThrow('names its bucket'));
});
