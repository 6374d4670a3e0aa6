import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { request as open } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import multipart from '@fastify/multipart';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import Fastify, { type FastifyInstance } from 'fastify';
import { Failure, failures } from '#contracts';
import { type BlobStore, openFsBlobStore } from '#storage';
import { until } from '#testing';
import { notedContent } from './request-content.ts';
import { type Upload, Uploads } from './uploads.service.ts';

const maxBytes = 1_000_000;
const patience = { maxBytes, idleMs: 30_000 };

let folder: string;
let server: FastifyInstance;
let store: BlobStore;
let use: (upload: Upload) => Promise<unknown>;
let asked: Upload[];
let outcome: Promise<unknown>;
let reading: boolean;
let noted: string | undefined;
let limits: { maxBytes: number; idleMs: number };

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rafaga-uploads-'));
  store = await openFsBlobStore(folder);
  asked = [];
  limits = { ...patience };
  use = async (upload) => upload;
  const uploads = new Uploads(store, limits);
  server = Fastify({ bodyLimit: 1_024 });
  await server.register(multipart);
  server.setErrorHandler((error, _request, reply) => {
    const { code, errors } = Failure.from(error);
    return reply.code(failures[code].status).send({ code, errors });
  });
  reading = false;
  server.post('/', async (request) => {
    if (reading) return { content: await uploads.readContent(request) };
    outcome = uploads.receive(request, async (upload) => {
      asked.push(upload);
      noted = notedContent(request);
      return use(upload);
    });
    return outcome;
  });
  await server.listen({ port: 0, host: '127.0.0.1' });
});

afterEach(async () => {
  server.server.closeAllConnections();
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

const part = (disposition: string, content: string | Buffer, type = 'audio/wav') =>
  Buffer.concat([
    Buffer.from(`--cut\r\ncontent-disposition: form-data; ${disposition}\r\ncontent-type: ${type}\r\n\r\n`),
    Buffer.from(content),
    Buffer.from('\r\n'),
  ]);
const form = (...parts: Buffer[]) => Buffer.concat([...parts, Buffer.from('--cut--\r\n')]);
const aFile = (content: string | Buffer = 'RIFF', name = 'a.wav') => form(part(`name="file"; filename="${name}"`, content));

const textOf = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value));
const withFields = (...fields: (readonly [string, string])[]) =>
  form(...fields.map(([name, value]) => part(`name="${name}"`, value, 'text/plain')), part('name="file"; filename="a"', 'x'));

const start = (headers: Record<string, string | number> = {}) =>
  open({
    port: (server.server.address() as AddressInfo).port,
    host: '127.0.0.1',
    method: 'POST',
    headers: { 'content-type': 'multipart/form-data; boundary=cut', ...headers },
  });

async function post(body: Buffer, headers: Record<string, string> = {}) {
  const request = start({ 'content-length': body.length, ...headers });
  request.end(body);
  const [response] = await once(request, 'response');
  return { status: response.statusCode, body: JSON.parse(await text(response)) };
}

/** Names of files anywhere in the store, temporary ones among them. */
const files = async () =>
  (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile()).map(({ name }) => name);

/** Those of uploads that have not ended, or that were left behind. */
const temporary = async () => (await files()).filter((name) => !/^[0-9a-f]{64}$/.test(name));

describe('bytes that are here already', () => {
  it('are not handed on when whoever wanted them has given up by the time they are stored', async () => {
    const giveUp = new AbortController();
    const late: BlobStore['write'] = async (...what) => {
      const stored = await store.write(...what);
      giveUp.abort(new Error('cancelled'));
      return stored;
    };
    const uploads = new Uploads({ write: late } as BlobStore, patience);
    const never = () => Promise.reject(new Error('this must not run'));
    const keeping = uploads.keep({ fileName: 'a.wav', bytes: Readable.from([Buffer.from('RIFF')]) }, never, giveUp.signal);
    await expect(keeping).rejects.toThrow('cancelled');
  });
});

describe('the content of a form', () => {
  const contentOf = async (body: Buffer, boundary = 'cut') => {
    reading = true;
    const headers = { 'content-type': `multipart/form-data; boundary=${boundary}` };
    return (
      await post(boundary === 'cut' ? body : Buffer.from(body.toString('latin1').replaceAll('--cut', `--${boundary}`), 'latin1'), headers)
    ).body;
  };

  it('is its bytes and its name, whatever the boundary is, and reading it keeps nothing', async () => {
    const content = await contentOf(aFile('RIFF'));
    expect(await contentOf(aFile('RIFF'), 'another-boundary')).toEqual(content);
    expect(await contentOf(aFile('RIFX'))).not.toEqual(content);
    expect(await contentOf(aFile('RIFF', 'b.wav'))).not.toEqual(content);
    expect(await files()).toEqual([]);
  });
  it('is what an upload notes of it', async () => {
    await post(aFile('RIFF'));
    const note = noted;
    expect(note).toBe((await contentOf(aFile('RIFF'))).content);
  });
});

describe('what its owner says about an upload', () => {
  const said = { title: 'Golden hour', tags: ['live', 'summer'], metadata: { project: 'spring' }, externalId: 'crm-4711' };

  it.each([
    ['before the file, lists as JSON', Object.entries(said).map(([name, value]) => [name, textOf(value)] as const)],
    [
      'with a field for each tag',
      [
        ['title', 'Golden hour'],
        ['tags', 'live'],
        ['tags', 'summer'],
        ['metadata', '{"project":"spring"}'],
        ['externalId', 'crm-4711'],
      ] as const,
    ],
  ])('is read %s', async (_how, fields) => expect((await post(withFields(...fields))).body.fields).toEqual(said));

  it('is read after the file too', async () => {
    const { body } = await post(form(part('name="file"; filename="a"', 'x'), part('name="title"', 'Golden hour', 'text/plain')));
    expect(body.fields).toEqual({ title: 'Golden hour' });
  });
  it('is part of the content that a key stands for', async () => {
    await post(withFields(['title', 'one']));
    const one = noted;
    await post(withFields(['title', 'two']));
    expect(noted).not.toBe(one);
  });
  it('is checked before a byte of a file that follows is stored', async () => {
    expect((await post(withFields(['title', '']))).status).toBe(200); // an empty title is none
    const before = await files();
    await post(form(part('name="tags"', '["a","a"]', 'text/plain'), part('name="file"; filename="a"', 'other bytes')));
    expect(await files()).toEqual(before);
  });
});

describe('an upload', () => {
  it('is stored under its hash, with its size and its name', async () => {
    const bytes = Buffer.alloc(300_000, 'sound');
    const { body } = await post(aFile(bytes, '夜 🎧.wav'));
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    expect(body).toEqual({ sha256, sizeBytes: 300_000, deduplicated: false, fileName: '夜 🎧.wav', fields: {} });
    expect(await files()).toEqual([sha256]);
  });

  it('is taken up to the very cap', async () => expect((await post(aFile(Buffer.alloc(maxBytes)))).status).toBe(200));

  it.each([
    ['has another content type', Buffer.from('{}'), { 'content-type': 'application/json' }, 415, 'media-type-unsupported', undefined],
    ['has no boundary', aFile(), { 'content-type': 'multipart/form-data' }, 400, 'request-malformed', undefined],
    [
      'has an endless boundary',
      aFile(),
      { 'content-type': `multipart/form-data; boundary=${'b'.repeat(300)}` },
      400,
      'request-malformed',
      undefined,
    ],
    ['ends before its last boundary', aFile().subarray(0, -12), {}, 400, 'request-malformed', undefined],
    ['has no parts', form(), {}, 400, 'request-invalid', '/body/file'],
    ['has the file under another name', form(part('name="track"; filename="a.wav"', 'x')), {}, 400, 'request-invalid', '/body/track'],
    ['has a text where the file should be', form(part('name="file"', 'x', 'text/plain')), {}, 400, 'request-invalid', '/body/file'],
    [
      'has a second file',
      form(part('name="file"; filename="a"', 'x'), part('name="file"; filename="b"', 'y')),
      {},
      400,
      'request-invalid',
      '/body/file',
    ],
    [
      'has an unknown field after the file',
      form(part('name="file"; filename="a"', 'x'), part('name="colour"', 'y', 'text/plain')),
      {},
      400,
      'request-invalid',
      '/body/colour',
    ],
    [
      'has an unknown field before the file',
      form(part('name="ti/tle"', 'y', 'text/plain'), part('name="file"; filename="a"', 'x')),
      {},
      400,
      'request-invalid',
      '/body/ti~1tle',
    ],
    ['has a title twice', withFields(['title', 'a'], ['title', 'b']), {}, 400, 'request-invalid', '/body/title'],
    ['has a title of two lines', withFields(['title', 'a\nb']), {}, 400, 'request-invalid', '/body/title'],
    ['has tags that are no JSON', withFields(['tags', '["live"']), {}, 400, 'request-invalid', '/body/tags'],
    ['has metadata that is no object', withFields(['metadata', '[1]']), {}, 400, 'request-invalid', '/body/metadata'],
    [
      'has a pair of metadata that is no text',
      withFields(['metadata', '{"year":2026}']),
      {},
      400,
      'request-invalid',
      '/body/metadata/year',
    ],
    ['has more fields than fit', withFields(['title', 'x'.repeat(70_000)]), {}, 400, 'request-invalid', '/body/title'],
    ['has a path for a name', aFile('x', '../../etc/passwd'), {}, 400, 'request-invalid', '/body/file'],
    ['has a Windows path for a name', aFile('x', '..\\\\boot.ini'), {}, 400, 'request-invalid', '/body/file'],
    ['has a NUL in its name', aFile('x', 'a\0.wav'), {}, 400, 'request-invalid', '/body/file'],
    ['has an encoded NUL in its name', form(part(`name="file"; filename*=UTF-8''a%00.wav`, 'x')), {}, 400, 'request-invalid', '/body/file'],
    ['has no name', aFile('x', ''), {}, 400, 'request-invalid', '/body/file'],
    ['is empty', aFile(''), {}, 422, 'media-empty', undefined],
    ['says that it is too large', aFile(), { 'content-length': String(maxBytes + 200_000) }, 413, 'payload-too-large', undefined],
  ])('that %s is refused, nobody is asked and no temporary file stays', async (_what, body, headers, status, code, pointer) => {
    const answer = await post(body, headers as Record<string, string>);
    expect({ status: answer.status, code: answer.body.code, pointer: answer.body.errors?.[0]?.pointer }).toEqual({ status, code, pointer });
    expect(asked).toEqual([]);
    expect(await temporary()).toEqual([]);
  });

  it('that turns out too large is refused while it is still being sent', async () => {
    const request = start({ 'transfer-encoding': 'chunked' });
    request.on('error', () => {}); // the connection may be cut once the answer is there
    request.write(aFile(Buffer.alloc(maxBytes + 10_000)).subarray(0, -20));
    const [response] = await once(request, 'response');
    expect(response.statusCode).toBe(413);
    expect(await files()).toEqual([]);
    request.destroy();
  });

  it('leaves nothing when its client goes away in the middle', async () => {
    const request = start({ 'transfer-encoding': 'chunked' });
    request.on('error', () => {}); // we cut it ourselves
    request.write(aFile(Buffer.alloc(maxBytes / 2)).subarray(0, -20));
    expect(await until(async () => (await files()).length === 1, 20_000)).toBe(true);
    request.destroy();
    await expect(outcome).rejects.toMatchObject({ code: 'request-malformed' });
    expect(await files()).toEqual([]);
  });

  it.each([
    ['before its file', ''],
    ['within its file', aFile(Buffer.alloc(10_000)).subarray(0, -20)],
    ['after its file', aFile().subarray(0, -4)],
  ])('that stands still %s is given up and leaves nothing', async (_where, sent) => {
    limits.idleMs = 400;
    const request = start({ 'transfer-encoding': 'chunked' });
    request.on('error', () => {}); // we cut it ourselves
    request.flushHeaders();
    request.write(sent);
    const [response] = await once(request, 'response');
    expect(response.statusCode).toBe(408);
    request.destroy();
    expect(await until(async () => (await temporary()).length === 0, 20_000)).toBe(true);
    expect(asked).toEqual([]);
  });

  it.each(['media-not-audio', 'media-unsafe', 'file-lost', 'deadline-exceeded', 'service-unavailable', 'internal'] as const)(
    'that fails with %s is left to the sweep, which spares it for as long as it is young',
    async (code) => {
      use = async () => {
        throw new Failure(code, 'No.');
      };
      expect((await post(aFile())).body.code).toBe(code);
      const nobody = async () => new Set<string>();
      expect(await store.sweep({ graceMs: 60_000, referenced: nobody })).toMatchObject({ removed: 0, kept: 1 });
      expect(await store.sweep({ graceMs: 0, referenced: nobody })).toMatchObject({ removed: 1, kept: 0 });
    },
  );

  it('that is refused stays where it was stored before: somebody has a row for it', async () => {
    await post(aFile());
    use = async () => {
      throw new Failure('media-not-audio', 'No.');
    };
    await post(aFile());
    expect(await files()).toHaveLength(1);
  });

  it('that is refused leaves alone what somebody else has sent meanwhile', async () => {
    const [asking, verdict] = [Promise.withResolvers<void>(), Promise.withResolvers<never>()];
    use = () => {
      asking.resolve();
      return verdict.promise;
    };
    const refused = post(aFile());
    await asking.promise;
    use = async (upload) => upload;
    await post(aFile());
    verdict.reject(new Failure('media-not-audio', 'No.'));
    expect((await refused).status).toBe(422);
    expect(await files()).toHaveLength(1);
  });

  it('whose form breaks off after the file leaves alone what somebody else has sent meanwhile', async () => {
    const broken = start({ 'transfer-encoding': 'chunked' });
    broken.on('error', () => {}); // we cut it ourselves
    broken.write(aFile().subarray(0, -4));
    expect(await until(async () => (await files()).some((name) => /^[0-9a-f]{64}$/.test(name)), 20_000)).toBe(true);
    const ending = outcome;
    await post(aFile());
    broken.destroy();
    await expect(ending).rejects.toBeInstanceOf(Failure);
    expect(await files()).toHaveLength(1);
  });
});
