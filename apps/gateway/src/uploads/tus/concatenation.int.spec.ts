/** Joining parts while no service takes the file: what is refused, what is kept, what goes. That it becomes a resource is shown by resumable.e2e.spec.ts. */
import { mkdtemp, readdir, rm, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Api } from '../../../test-e2e/support/api.ts';
import { query } from '../../../test-e2e/support/test-stack.ts';
import { append, createUpload, head, newUpload, tus } from '../../../test-e2e/support/tus.ts';
import { type OwnGateway, startGateway } from '../../../testing/own-gateway.ts';
import { UploadJanitor } from './upload-janitor.service.ts';

const plenty = '10000000';
let gateway: OwnGateway;
let folder: string;
let ana: Api;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rafaga-concat-'));
  gateway = await startGateway({
    GATEWAY_UPLOAD_FOLDER: folder,
    GATEWAY_UPLOAD_MAX_BYTES: '1000',
    GATEWAY_UPLOADS_PER_USER: '3',
    GATEWAY_UPLOADS_BYTES_PER_USER: '2000',
    GATEWAY_RATE_LIMIT_PER_MINUTE: plenty,
    GATEWAY_CREDENTIALS_LIMIT_PER_ADDRESS_PER_MINUTE: plenty,
  });
});
afterAll(async () => {
  await gateway.stop();
  await rm(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  ana = await Api.register(gateway.url);
});

const partial = { 'upload-concat': 'partial' };
const idOf = (path: string) => path.split('/').at(-1)!;

/** A part with some or all of its bytes. */
async function part(text: string, { api = ana, lengthBytes = text.length } = {}): Promise<string> {
  const path = await newUpload(api, lengthBytes, { headers: partial });
  if (text) await append(api, path, 0, Buffer.from(text));
  return path;
}
const joinParts = (paths: readonly string[], headers: Record<string, string> = {}, api = ana) =>
  createUpload(api, undefined, { headers: { 'upload-concat': `final;${paths.join(' ')}`, ...headers } });
const uploads = async () => (await ana.get('/v1/uploads')).body.items;
const finals = async () => (await uploads()).filter(({ concat }: { concat: string | null }) => concat === 'final');
const onDisk = async (paths: readonly string[]) => {
  const names = await readdir(folder);
  return paths.filter((path) => names.includes(idOf(path)));
};
const sql = (text: string, path: string) => query(gateway.databaseUrl, text, [idOf(path)]);

describe('a part of a file', () => {
  it('becomes nothing by itself when all of its bytes are there', async () => {
    const path = await newUpload(ana, 4, { headers: partial });
    const last = await append(ana, path, 0, Buffer.from('abcd'));
    expect([last.status, last.headers.get('rafaga-resource')]).toEqual([204, null]);
    const again = await append(ana, path, 4, new Uint8Array(0));
    expect([again.status, again.headers.get('upload-offset')]).toEqual([204, '4']);
    expect(Object.fromEntries((await head(ana, path)).headers)).toMatchObject({ 'upload-concat': 'partial', 'upload-offset': '4' });
    expect((await ana.get(path)).body).toMatchObject({ state: 'arrived', concat: 'partial', resource: null });
  });

  it('expires when nobody joins it, and its bytes go', async () => {
    const path = await part('abcd');
    await sql(`UPDATE gateway.upload SET expires_at = now() - interval '1 second' WHERE id = $1`, path);
    expect([(await head(ana, path)).status, (await joinParts([path])).status]).toEqual([410, 410]);
    await gateway.app.get(UploadJanitor, { strict: false }).sweep();
    expect([(await ana.get(path)).body.state, await onDisk([path])]).toEqual(['expired', []]);
  });
});

describe('parts that are not joined', () => {
  it.each<[string, () => Promise<string[]>, number, string]>([
    ['one is missing', async () => [await part('ab'), '/v1/uploads/6f1d2b1a-5c1e-4b3f-8f0e-2d9c8a7b6c5d'], 404, 'upload-not-found'],
    [
      'one belongs to somebody else',
      async () => [await part('ab'), await part('cd', { api: await Api.register(gateway.url) })],
      404,
      'upload-not-found',
    ],
    ['one lacks bytes', async () => [await part('ab'), await part('cd', { lengthBytes: 5 })], 409, 'upload-incomplete'],
    ['one was not announced as a part', async () => [await part('ab'), await newUpload(ana, 5)], 400, 'request-invalid'],
    ['they are too large together', async () => [await part('a'.repeat(600)), await part('b'.repeat(600))], 413, 'payload-too-large'],
    ['one is there twice', async () => Array(2).fill(await part('ab')), 400, 'request-invalid'],
  ])('when %s', async (_why, make, status, code) => {
    const paths = await make();
    const answer = await joinParts(paths);
    expect([answer.status, answer.body.code, await finals()]).toEqual([status, code, []]);
    expect((await head(ana, paths[0]!)).status).toBe(200);
  });

  it('are told apart from parts of somebody else by nothing', async () => {
    const [mine, foreign] = [await part('ab'), await part('cd', { api: await Api.register(gateway.url) })];
    const texts = await Promise.all([foreign, '/v1/uploads/6f1d2b1a-5c1e-4b3f-8f0e-2d9c8a7b6c5d'].map((path) => joinParts([mine, path])));
    expect(texts[0]!.body.detail).toBe(texts[1]!.body.detail);
  });

  it.each<[string, Record<string, string>]>([
    ['a length', { 'upload-length': '4' }],
    ['metadata that is none', { 'upload-metadata': 'filename ###' }],
  ])('with %s', async (_what, headers) => {
    expect((await joinParts([await part('ab')], headers)).status).toBe(400);
    expect(await finals()).toEqual([]);
  });
});

describe('parts that are joined', () => {
  it('make one upload, however often and by however many requests they are joined', async () => {
    const paths = [await part('ab'), await part('cd')];
    const answers = await Promise.all(Array.from({ length: 6 }, () => joinParts(paths)));
    expect(answers.filter(({ status }) => ![423, 503].includes(status))).toEqual([]); // 503: no service takes files here
    expect(await finals()).toMatchObject([{ state: 'arrived', offsetBytes: 4, lengthBytes: 4, fileName: 'track.wav' }]);
  });

  it('are joined once: not in another order, and not with others', async () => {
    const paths = [await part('ab'), await part('cd'), await part('ef')];
    await joinParts(paths.slice(0, 2));
    const others = [await joinParts([paths[1]!, paths[0]!]), await joinParts(paths)];
    expect(others.map(({ status }) => status)).toEqual([423, 423]);
    expect(await finals()).toHaveLength(1);
  });

  it('cannot be sent to nor removed, and the upload that joins them takes no bytes and tells no offset', async () => {
    const path = await part('ab');
    await joinParts([path]);
    const [{ links }] = await finals();
    const refused = [await append(ana, path, 2, new Uint8Array(0)), await ana.send(path, { method: 'DELETE', headers: tus })];
    expect(refused.map(({ status }) => status)).toEqual([423, 423]);
    expect((await append(ana, links.self, 2, Buffer.from('x'))).status).toBe(403);
    const { headers } = await head(ana, links.self);
    expect([headers.get('upload-concat'), headers.get('upload-offset'), headers.get('upload-length')]).toEqual([
      `final;${path}`,
      null,
      '2',
    ]);
  });

  it('count once against what one may have', async () => {
    const paths = [await part('a'.repeat(500)), await part('b'.repeat(500))];
    await joinParts(paths);
    expect((await createUpload(ana, 1_000)).status).toBe(201);
    expect((await createUpload(ana, 1)).body.code).toBe('too-many-uploads');
  });

  it.each<[string, (path: string) => Promise<unknown>]>([
    ['is terminated', (path) => ana.send(path, { method: 'DELETE', headers: tus })],
    [
      'expires',
      async (path) => {
        await sql(`UPDATE gateway.upload SET expires_at = now() - interval '1 second', lease_until = NULL WHERE id = $1`, path);
        await gateway.app.get(UploadJanitor, { strict: false }).sweep();
      },
    ],
  ])('go with the upload that joins them when it %s', async (_how, end) => {
    const paths = [await part('ab'), await part('cd')];
    await joinParts(paths);
    expect(await onDisk(paths)).toEqual(paths);
    await end((await finals())[0].links.self);
    expect([await uploads(), await onDisk(paths)]).toEqual([[], []]);
    expect((await head(ana, paths[0]!)).status).toBe(404);
  });

  it('can be sent again where the disk has lost bytes, and are joined then', async () => {
    const paths = [await part('ab'), await part('cdef')];
    await truncate(join(folder, idOf(paths[1]!)), 1);
    const answer = await joinParts(paths);
    expect([answer.status, answer.body.code, await finals()]).toEqual([409, 'upload-incomplete', []]);
    expect([(await ana.get(paths[0]!)).body.offsetBytes, (await ana.get(paths[1]!)).body.offsetBytes]).toEqual([2, 1]);
    expect((await append(ana, paths[1]!, 1, Buffer.from('def'))).status).toBe(204);
    expect((await joinParts(paths)).status).toBe(503);
    expect(await finals()).toHaveLength(1);
  });
});
