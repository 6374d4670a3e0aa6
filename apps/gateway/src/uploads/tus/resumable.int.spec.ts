import { createHash, randomUUID } from 'node:crypto';
import { getEventListeners } from 'node:events';
import { mkdtemp, open, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { Lifecycle } from '#platform';
import { holdLivenessLock } from '#storage';
import { type OwnGateway, startGateway } from '../../../testing/own-gateway.ts';
import { UploadJanitor } from './upload-janitor.service.ts';

const maxBytes = 10_000_000;
const plenty = '10000000';
const tus = { 'tus-resumable': '1.0.0' };
const partType = { 'content-type': 'application/offset+octet-stream' };

let gateway: OwnGateway;
let folder: string;
let token: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rafaga-parts-'));
  gateway = await startGateway({
    GATEWAY_UPLOAD_FOLDER: folder,
    GATEWAY_UPLOAD_MAX_BYTES: String(maxBytes),
    GATEWAY_UPLOADS_PER_USER: '3',
    GATEWAY_UPLOADS_BYTES_PER_USER: String(2 * maxBytes),
    GATEWAY_RATE_LIMIT_PER_MINUTE: plenty,
    GATEWAY_CREDENTIALS_LIMIT_PER_ADDRESS_PER_MINUTE: plenty,
  });
});
afterAll(async () => {
  await gateway.stop();
  await rm(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  token = await somebody();
});

async function somebody(): Promise<string> {
  const account = { email: `${randomUUID()}@example.org`, password: 'correct horse battery' };
  await gateway.ask('POST', '/v1/auth/register', { body: account });
  return (await gateway.ask('POST', '/v1/auth/login', { body: account })).json.accessToken;
}

type Sent = Record<string, string | undefined>;

/** @param headers beside the usual ones; undefined takes a usual one away */
async function send(method: string, path: string, headers: Sent = {}, body?: Uint8Array | ReadableStream, as: string | null = token) {
  const all = { ...tus, ...(as ? { authorization: `Bearer ${as}` } : {}), ...headers };
  const given = Object.entries(all).filter((pair): pair is [string, string] => pair[1] !== undefined);
  const response = await fetch(gateway.url + path, {
    method,
    headers: Object.fromEntries(given),
    ...(body ? { body: body as RequestInit['body'], duplex: 'half' } : {}),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, json: text ? JSON.parse(text) : undefined };
}

const create = (length: number | string, headers: Sent = {}) =>
  send('POST', '/v1/uploads', { 'upload-length': String(length), ...headers });
const begun = async (length: number, headers: Sent = {}) => (await create(length, headers)).headers.get('location')!;
const patch = (path: string, offset: number | string, body?: Uint8Array | ReadableStream, headers: Sent = {}, as?: string) =>
  send('PATCH', path, { ...partType, 'upload-offset': String(offset), ...headers }, body, as);
const offsetOf = async (path: string) => Number((await send('HEAD', path)).headers.get('upload-offset'));
const idOf = (path: string) => path.split('/').at(-1)!;
const onDisk = (path: string) => readFile(join(folder, idOf(path)), 'utf8');

async function sql(text: string, values: unknown[] = []): Promise<void> {
  const client = new pg.Client({ connectionString: gateway.databaseUrl });
  await client.connect();
  await client.query(text, values).finally(() => client.end());
}

const words = (text: string) => Buffer.from(text);
const digest = (algorithm: string, text: string) => `${algorithm} ${createHash(algorithm).update(text).digest('base64')}`;

/** Sent in chunks, without a length. */
const chunked = (...texts: string[]) => ReadableStream.from(texts.map((text) => words(text)));

describe('what tus is here', () => {
  it('is told to everybody', async () => {
    const { status, headers } = await send('OPTIONS', '/v1/uploads', { 'tus-resumable': undefined }, undefined, null);
    expect(status).toBe(204);
    expect(Object.fromEntries(headers)).toMatchObject({
      'tus-version': '1.0.0',
      'tus-max-size': String(maxBytes),
      'tus-extension': 'creation,creation-with-upload,creation-defer-length,expiration,checksum,termination,concatenation',
      'tus-checksum-algorithm': 'sha256,sha1,md5',
    });
  });

  it.each(['POST /v1/uploads', 'PATCH one', 'HEAD one', 'DELETE one'])('has to be said by the client: %s', async (what) => {
    const [method, where] = what.split(' ') as [string, string];
    const path = where === 'one' ? await begun(10) : where;
    for (const version of [undefined, '0.2.2']) {
      const headers = { ...(method === 'PATCH' ? partType : {}), 'upload-length': '1', 'upload-offset': 'x', 'tus-resumable': version };
      const answer = await send(method, path, headers);
      expect([answer.status, answer.headers.get('tus-version'), answer.headers.get('tus-resumable')]).toEqual([412, '1.0.0', '1.0.0']);
      if (method !== 'HEAD') expect(answer.json.code).toBe('tus-version-unsupported');
    }
  });
});

describe('a creation that is refused', () => {
  const b64 = (text: string) => Buffer.from(text).toString('base64');
  it.each<[string, Sent, number, string]>([
    ['says no length', { 'upload-length': undefined }, 400, 'request-invalid'],
    ['says a length that is none', { 'upload-length': '-5' }, 400, 'request-invalid'],
    ['says a length with a unit', { 'upload-length': '5kB' }, 400, 'request-invalid'],
    ['says a length and that it comes later', { 'upload-defer-length': '1' }, 400, 'request-invalid'],
    ['is over the cap', { 'upload-length': String(maxBytes + 1) }, 413, 'payload-too-large'],
    ['is empty', { 'upload-length': '0' }, 422, 'media-empty'],
    ['has a path for a name', { 'upload-metadata': `filename ${b64('../x')}` }, 400, 'request-invalid'],
    ['has metadata that is none', { 'upload-metadata': 'filename ###' }, 400, 'request-invalid'],
    ['wants to become something else', { 'upload-metadata': `kind ${b64('poem')}` }, 400, 'request-invalid'],
    ['has a checksum that is none', { 'upload-checksum': 'sha256 x' }, 400, 'request-invalid'],
  ])('%s', async (_what, headers, status, code) => {
    const answer = await create(10, headers);
    expect([answer.status, answer.json.code]).toEqual([status, code]);
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect((await send('GET', '/v1/uploads')).json.items).toEqual([]);
  });

  it('comes without a token', async () => {
    expect((await send('POST', '/v1/uploads', { 'upload-length': '5' }, undefined, null)).status).toBe(401);
  });
  it('brings another content type', async () => {
    expect((await send('POST', '/v1/uploads', { 'upload-length': '5', 'content-type': 'audio/wav' }, words('12345'))).status).toBe(415);
  });
  it('brings bytes that are not as their checksum says', async () => {
    const headers = { ...partType, 'upload-length': '9', 'upload-checksum': digest('sha1', 'other') };
    expect((await send('POST', '/v1/uploads', headers, words('12345'))).status).toBe(460);
    expect((await send('GET', '/v1/uploads')).json.items).toEqual([]);
  });
});

describe('a part that is refused', () => {
  it.each<[string, Sent, number, string]>([
    ['says no offset', { 'upload-offset': undefined }, 400, 'request-invalid'],
    ['says an offset that is none', { 'upload-offset': '2.0' }, 400, 'request-invalid'],
    ['begins too early', { 'upload-offset': '1' }, 409, 'upload-offset-mismatch'],
    ['begins too late', { 'upload-offset': '3' }, 409, 'upload-offset-mismatch'],
    ['has another content type', { 'content-type': 'application/octet-stream' }, 415, 'media-type-unsupported'],
    ['has another checksum', { 'upload-checksum': digest('sha256', 'other') }, 460, 'upload-checksum-mismatch'],
    ['has a checksum that nobody knows', { 'upload-checksum': 'crc32 AAAAAA==' }, 400, 'request-invalid'],
    ['says another length', { 'upload-length': '11' }, 400, 'request-invalid'],
  ])('%s: nothing of it is kept', async (_what, headers, status, code) => {
    const path = await begun(10);
    await patch(path, 0, words('ab'));
    const answer = await patch(path, 2, words('cdef'), headers);
    expect([answer.status, answer.json.code]).toEqual([status, code]);
    expect([await offsetOf(path), await onDisk(path)]).toEqual([2, 'ab']);
    expect((await patch(path, 2, words('cdef'))).headers.get('upload-offset')).toBe('6');
    expect(await onDisk(path)).toBe('abcdef');
  });

  it.each<[string, () => Uint8Array | ReadableStream]>([
    ['by its own word', () => words('cdefghijkl')],
    ['as it turns out', () => chunked('cdefgh', 'ijkl')],
  ])('has more bytes than the upload, %s: nothing of it is kept', async (_how, body) => {
    const path = await begun(10);
    await patch(path, 0, words('ab'));
    const answer = await patch(path, 2, body());
    expect([answer.status, answer.json.code]).toEqual([413, 'payload-too-large']);
    expect([await offsetOf(path), await onDisk(path)]).toEqual([2, 'ab']);
  });

  it('goes on past the cap when the length was not told', async () => {
    const path = await begun(0, { 'upload-length': undefined, 'upload-defer-length': '1' });
    expect((await patch(path, 0, new Uint8Array(maxBytes + 1))).status).toBe(413);
    expect((await patch(path, 0, words('ab'), { 'upload-length': String(maxBytes + 1) })).status).toBe(413);
    expect((await patch(path, 0, words('ab'))).status).toBe(204);
    expect((await patch(path, 2, words('cd'), { 'upload-length': '1' })).status).toBe(400);
    expect(await offsetOf(path)).toBe(2);
  });
});

describe('a checksum', () => {
  it.each(['sha256', 'sha1', 'md5'])('is checked with %s', async (algorithm) => {
    const path = await begun(10);
    expect((await patch(path, 0, words('abcd'), { 'upload-checksum': digest(algorithm, 'abcd') })).status).toBe(204);
    expect(await onDisk(path)).toBe('abcd');
  });
});

describe('a creation that is sent twice with one Idempotency-Key', () => {
  it('is answered again for the same first bytes, and refused for others of the same length', async () => {
    const headers = { ...partType, 'upload-length': '10', 'idempotency-key': randomUUID() };
    const first = await send('POST', '/v1/uploads', headers, words('abcd'));
    const again = await send('POST', '/v1/uploads', headers, words('abcd'));
    const other = await send('POST', '/v1/uploads', headers, words('abXd'));
    expect([first.status, again.status, again.headers.get('idempotency-replayed')]).toEqual([201, 201, 'true']);
    expect(again.json.id).toBe(first.json.id);
    expect([other.status, other.json.code]).toEqual([422, 'idempotency-key-reused']);
    expect((await send('GET', '/v1/uploads')).json.items).toHaveLength(1);
  });
  it('has one effect when both are sent at once, whichever bytes come first', async () => {
    const headers = { ...partType, 'upload-length': '10', 'idempotency-key': randomUUID() };
    const answers = await Promise.all(['abcd', 'abXd', 'abcd', 'abXd'].map((text) => send('POST', '/v1/uploads', headers, words(text))));
    const wrong = answers.filter(
      ({ status, json }) => ![201, 409, 422].includes(status) || (status === 409 && json.code !== 'idempotency-in-flight'),
    );
    expect(wrong).toEqual([]);
    expect((await send('GET', '/v1/uploads')).json.items).toHaveLength(1);
  });
});

describe('an upload of somebody else', () => {
  it('is not there', async () => {
    const path = await begun(10);
    const other = await somebody();
    const answers = [
      await send('HEAD', path, {}, undefined, other),
      await send('GET', path, {}, undefined, other),
      await patch(path, 0, words('ab'), {}, other),
      await send('DELETE', path, {}, undefined, other),
    ];
    expect(answers.map(({ status }) => status)).toEqual([404, 404, 404, 404]);
    expect(answers[2]!.json.code).toBe('upload-not-found');
    expect((await send('GET', '/v1/uploads', {}, undefined, other)).json.items).toEqual([]);
    expect(await offsetOf(path)).toBe(0);
  });
});

describe('a part', () => {
  it('leaves nothing on the signal of the shutdown when it has ended', async () => {
    const { stopping } = gateway.app.get(Lifecycle, { strict: false });
    const path = await begun(100);
    const before = getEventListeners(stopping, 'abort').length;
    for (let offset = 0; offset < 20; offset += 2) await patch(path, offset, words('ab'));
    expect(getEventListeners(stopping, 'abort').length - before).toBeLessThan(6); // ten parts; background loops add and remove their own
  });
});

describe('termination', () => {
  it('takes away the upload and its bytes', async () => {
    const path = await begun(10);
    await patch(path, 0, words('ab'));
    expect((await send('DELETE', path)).status).toBe(204);
    expect([(await send('HEAD', path)).status, (await patch(path, 2, words('c'))).status]).toEqual([404, 404]);
    expect((await send('DELETE', path)).status).toBe(404);
    expect(await readdir(folder)).not.toContain(idOf(path));
  });
});

describe('what one may have', () => {
  it('is a number of unfinished uploads', async () => {
    const paths = [await begun(10), await begun(10), await begun(10)];
    const answer = await create(10);
    expect([answer.status, answer.json.code]).toEqual([409, 'too-many-uploads']);
    const selfOf = ({ json }: Awaited<ReturnType<typeof send>>) => json.items.map(({ links }: { links: { self: string } }) => links.self);
    expect(selfOf(await send('GET', '/v1/uploads'))).toEqual(paths.reverse());
    const first = await send('GET', '/v1/uploads?limit=2');
    const [, next] = /<(.*)>; rel="next"/.exec(first.headers.get('link')!)!;
    const second = await send('GET', next!);
    expect([...selfOf(first), ...selfOf(second), second.json.nextCursor, second.headers.get('link')]).toEqual([...paths, null, null]);
    await send('DELETE', paths[0]!);
    expect((await create(10)).status).toBe(201);
  });
  it('holds however many are begun at once', async () => {
    const answers = await Promise.all(Array.from({ length: 12 }, () => create(10)));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(3);
  });
  it('is a number of bytes, as they were announced', async () => {
    await begun(maxBytes);
    await begun(0, { 'upload-length': undefined, 'upload-defer-length': '1' });
    expect((await create(1)).json.code).toBe('too-many-uploads');
  });
});

describe('an upload that nobody goes on with', () => {
  const tooLate = (path: string) => sql(`UPDATE gateway.upload SET expires_at = now() - interval '1 second' WHERE id = $1`, [idOf(path)]);
  const sweep = () => gateway.app.get(UploadJanitor, { strict: false }).sweep();

  it('has expired, before and after it is swept, and its bytes go', async () => {
    const path = await begun(10);
    await patch(path, 0, words('ab'));
    await tooLate(path);
    const statuses = async () => [(await send('HEAD', path)).status, (await patch(path, 2, words('c'))).status];
    expect(await statuses()).toEqual([410, 410]);
    await sweep();
    expect(await statuses()).toEqual([410, 410]);
    expect((await send('GET', path)).json).toMatchObject({ state: 'expired', offsetBytes: 2 });
    expect(await readdir(folder)).not.toContain(idOf(path));
    await sql(`UPDATE gateway.upload SET expires_at = now() - interval '2 days' WHERE id = $1`, [idOf(path)]);
    await sweep();
    expect((await send('HEAD', path)).status).toBe(404);
  });

  it('lives on with every part', async () => {
    const path = await begun(10);
    await sql(`UPDATE gateway.upload SET expires_at = now() + interval '1 minute' WHERE id = $1`, [idOf(path)]);
    const { headers } = await patch(path, 0, words('ab'));
    expect(Date.parse(headers.get('upload-expires')!) - Date.now()).toBeGreaterThan(3_600_000);
  });

  it('leaves no bytes behind that belong to nothing, and no others are touched', async () => {
    const path = await begun(10);
    await patch(path, 0, words('ab'));
    const stray = randomUUID();
    await writeFile(join(folder, stray), 'left by a gateway that died');
    await sweep();
    const names = await readdir(folder);
    expect([names.includes(stray), names.includes(idOf(path))]).toEqual([false, true]);
  });
});

describe('what happened to the disk', () => {
  it('bytes behind the offset, of a request that died, are written over', async () => {
    const path = await begun(10);
    await patch(path, 0, words('ab'));
    await writeFile(join(folder, idOf(path)), 'abXXXXXXXXXXXX');
    await patch(path, 2, words('cd'));
    expect(await onDisk(path)).toBe('abcd');
  });
  it('bytes that are gone are asked for again', async () => {
    const path = await begun(10);
    await patch(path, 0, words('abcdef'));
    await truncate(join(folder, idOf(path)), 3);
    expect((await patch(path, 6, words('ghij'))).status).toBe(409);
    expect(await offsetOf(path)).toBe(3);
    expect((await patch(path, 3, words('defg'))).status).toBe(204);
    expect(await onDisk(path)).toBe('abcdefg');
  });
});

describe('a lock', () => {
  it('refuses the second, and goes by itself when its holder is silent', async () => {
    const path = await begun(10);
    await sql(`UPDATE gateway.upload SET lease = $2, lease_until = now() + interval '1 minute' WHERE id = $1`, [idOf(path), randomUUID()]);
    const refused = await patch(path, 0, words('ab'));
    expect([refused.status, refused.json.code, refused.headers.get('retry-after')]).toEqual([423, 'upload-locked', '1']);
    await sql('UPDATE gateway.upload SET lease_until = now() WHERE id = $1', [idOf(path)]);
    expect((await patch(path, 0, words('ab'))).status).toBe(204);
  });
});

describe('a lock whose holder', () => {
  /** As another copy of the gateway would have it, which may be seen under the number `holder`. */
  const lockAs = (path: string, holder: number) =>
    sql(`UPDATE gateway.upload SET lease = $2, holder = $3, lease_until = now() + interval '1 minute' WHERE id = $1`, [
      idOf(path),
      randomUUID(),
      holder,
    ]);

  it('is gone holds nobody up, and what he still writes changes nothing', async () => {
    const path = await begun(10);
    expect((await patch(path, 0, words('abcd'))).status).toBe(204);
    await lockAs(path, 7);
    const old = await open(join(folder, idOf(path)), 'r+');
    expect((await patch(path, 0, words('ab'))).status).toBe(409);
    expect((await patch(path, 4, words('efg'))).status).toBe(204);
    await old.write(Buffer.from('XXXXXXXX'), 0, 8, 0);
    await old.close();
    expect([await offsetOf(path), await onDisk(path)]).toEqual([7, 'abcdefg']);
  });

  it('lives is respected', async () => {
    const path = await begun(10);
    const heard = Promise.withResolvers<number>();
    const leave = new AbortController();
    const onChange = (id: number | undefined) => void (id && heard.resolve(id));
    const there = holdLivenessLock({ url: gateway.databaseUrl, name: 'spec', onChange, onLost: heard.reject, signal: leave.signal });
    await lockAs(path, await heard.promise);
    expect((await patch(path, 0, words('ab'))).status).toBe(423);
    leave.abort();
    await there;
    expect((await patch(path, 0, words('ab'))).status).toBe(204);
  });

  it('is gone while a whole file is taken in is waited for: that must not be done twice', async () => {
    const path = await begun(4);
    await patch(path, 0, words('abcd'));
    await lockAs(path, 7);
    expect((await patch(path, 4)).status).toBe(423);
  });
});

describe('a whole upload while nobody takes files', () => {
  it('is kept, can be asked for, and is given up when one wants', async () => {
    const path = await begun(4);
    const answer = await patch(path, 0, words('abcd'));
    expect([answer.status, answer.json.code]).toEqual([503, 'service-unavailable']);
    expect((await send('GET', path)).json).toMatchObject({ state: 'arrived', offsetBytes: 4, resource: null, job: null });
    expect([await offsetOf(path), await onDisk(path)]).toEqual([4, 'abcd']);
    expect((await patch(path, 4, words('e'))).status).toBe(413);
    expect((await send('DELETE', path)).status).toBe(204);
  });
});
