import { request } from 'node:http';
import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type OwnGateway, startGateway } from '../../testing/own-gateway.ts';
import { EndpointRegistry } from './endpoint-registry.ts';

const origin = 'https://app.example.org';
let gateway: OwnGateway;
beforeAll(async () => {
  gateway = await startGateway({ GATEWAY_CORS_ORIGINS: `${origin}, http://localhost:5173` });
});
afterAll(() => gateway.stop());

interface Raw {
  readonly status: number;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly body: Buffer;
}

/** As it is on the wire: fetch undoes content codings. */
const ask = (method: string, path: string, headers: Record<string, string> = {}) =>
  new Promise<Raw>((resolve, reject) => {
    const asked = request(gateway.url + path, { method, headers }, (answer) => {
      const parts: Buffer[] = [];
      answer.on('data', (part: Buffer) => parts.push(part));
      answer.once('end', () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: Buffer.concat(parts) }));
    });
    asked.once('error', reject).end();
  });

describe('CORS', () => {
  const preflight = (path: string, from = origin) =>
    ask('OPTIONS', path, { origin: from, 'access-control-request-method': 'PATCH', 'access-control-request-headers': 'upload-offset' });

  it('answers a preflight with 204 on every route, and where there is none', async () => {
    const paths = new Set(
      gateway.app
        .get(EndpointRegistry, { strict: false })
        .all()
        .map(({ path }) => path.replace(/:\w+/g, 'x')),
    );
    expect(paths).toContain('/v1/uploads');
    for (const path of [...paths, '/nothing']) {
      const { status, headers, body } = await preflight(path);
      expect([path, status, headers['access-control-allow-origin'], headers.vary, body.length]).toEqual([path, 204, origin, 'Origin', 0]);
      expect(headers['access-control-allow-methods']).toMatch(/PATCH/);
      expect(headers['access-control-allow-headers']).toMatch(/Upload-Offset/);
      expect(headers['access-control-allow-credentials']).toBeUndefined();
    }
  });
  it('leaves the discovery of tus to its route, and lets scripts read it', async () => {
    const { status, headers } = await ask('OPTIONS', '/v1/uploads', { origin });
    expect([status, headers['tus-version'], headers['access-control-allow-origin']]).toEqual([204, '1.0.0', origin]);
  });
  it('allows no other origin, and says that the answer depends on it', async () => {
    for (const answer of [await preflight('/v1/me', 'https://app.example.org.evil.net'), await ask('GET', '/v1/status')]) {
      expect(answer.headers['access-control-allow-origin']).toBeUndefined();
      expect(answer.headers.vary).toMatch(/Origin/);
    }
  });
  it.each([
    ['GET', '/.well-known/jwks.json', 200],
    ['GET', '/v1/me', 401],
    ['GET', '/nothing', 404],
    ['PUT', '/v1/status', 405],
    ['GET', '/problems/nothing', 404],
  ])('lets scripts read %s %s: %d', async (method, path, expected) => {
    const { status, headers } = await ask(method, path, { origin });
    expect([status, headers['access-control-allow-origin']]).toEqual([expected, origin]);
    expect(headers.vary).toMatch(/Origin/);
    for (const name of [
      'ETag',
      'Location',
      'Link',
      'Retry-After',
      'RateLimit',
      'Tus-Max-Size',
      'Upload-Offset',
      'Idempotency-Replayed',
      'X-Request-Id',
    ])
      expect(String(headers['access-control-expose-headers']).split(', ')).toContain(name);
  });
});

describe('compression', () => {
  const undo = { gzip: gunzipSync, br: brotliDecompressSync, zstd: zstdDecompressSync } as const;

  it.each(['gzip', 'br', 'zstd'] as const)('sends the same document in %s, under a tag of its own', async (coding) => {
    const plain = await ask('GET', '/openapi.json');
    const coded = await ask('GET', '/openapi.json', { 'accept-encoding': coding });
    expect(coded.headers['content-encoding']).toBe(coding);
    expect(coded.headers.etag).toBe(String(plain.headers.etag).replace(/"$/, `-${coding}"`));
    expect(undo[coding](coded.body).equals(plain.body)).toBe(true);
    expect(coded.body.length).toBeLessThan(plain.body.length / 3);
    for (const { headers } of [plain, coded]) expect(headers.vary).toMatch(/Accept-Encoding/);
    const again = await ask('GET', '/openapi.json', { 'accept-encoding': coding });
    expect(again.body.equals(coded.body)).toBe(true);
    const head = await ask('HEAD', '/openapi.json', { 'accept-encoding': coding });
    expect([head.headers.etag, head.headers['content-length']]).toEqual([coded.headers.etag, String(coded.body.length)]);
  });
  it('answers 304 to the tag of any coding, with the tag of the one that would be sent', async () => {
    const { etag } = (await ask('GET', '/openapi.json')).headers;
    for (const suffix of ['', '-gzip', '-br', '-zstd']) {
      const sent = String(etag).replace(/"$/, `${suffix}"`);
      const answer = await ask('GET', '/openapi.json', { 'if-none-match': sent, 'accept-encoding': 'br' });
      expect([answer.status, answer.headers.etag, answer.body.length]).toEqual([304, String(etag).replace(/"$/, '-br"'), 0]);
      expect(answer.headers.vary).toMatch(/Accept-Encoding/);
    }
  });
  it('compresses metrics, and no small answers', async () => {
    expect((await ask('GET', '/metrics', { 'accept-encoding': 'gzip' })).headers['content-encoding']).toBe('gzip');
    const small = await ask('GET', '/.well-known/jwks.json', { 'accept-encoding': 'gzip' });
    expect(small.body.length).toBeLessThan(1_024);
    expect(small.headers['content-encoding']).toBeUndefined();
  });
  it('leaves answers with no-store alone: their length would tell of what they contain', async () => {
    const person = { email: 'z@example.org', password: 'correct horse battery' };
    await gateway.ask('POST', '/v1/auth/register', { body: person });
    const { accessToken: token } = (await gateway.ask('POST', '/v1/auth/login', { body: person })).json;
    const metadata = `filename ${Buffer.from(`${'n'.repeat(200)}.wav`).toString('base64')}`;
    const create = { token, headers: { 'tus-resumable': '1.0.0', 'upload-length': '10', 'upload-metadata': metadata } };
    for (let made = 0; made < 5; made++) expect((await gateway.ask('POST', '/v1/uploads', create)).status).toBe(201);
    const list = await ask('GET', '/v1/uploads', { authorization: `Bearer ${token}`, 'accept-encoding': 'gzip' });
    expect([list.status, list.headers['cache-control'], list.headers['content-encoding']]).toEqual([200, 'no-store', undefined]);
    expect(list.body.length).toBeGreaterThan(1_024);
  });
});

describe('what pages of other origins embed', () => {
  it('says so for every signed link and nothing else', () => {
    const embedded = gateway.app
      .get(EndpointRegistry, { strict: false })
      .all()
      .filter(({ always }) => always?.['cross-origin-resource-policy'] === 'cross-origin');
    const signed = gateway.app
      .get(EndpointRegistry, { strict: false })
      .all()
      .filter(({ auth, path, id }) => auth === 'open' && /\/:token(\/|$)/.test(path) && id !== 'downloadLinkedAccountExport'); // nothing to show
    expect(embedded.map(({ id }) => id)).toEqual(signed.map(({ id }) => id));
    expect(signed.length).toBeGreaterThan(1);
  });
  it('carries the header, also where the link is refused', async () => {
    for (const path of ['/v1/links/x/file', '/v1/links/x/waveform', '/v1/links/x/hls/master.m3u8'])
      expect((await ask('GET', path)).headers['cross-origin-resource-policy']).toBe('cross-origin');
    expect((await ask('GET', '/v1/status')).headers['cross-origin-resource-policy']).toBe('same-origin');
  });
});

describe('the start page', () => {
  it('is a page for browsers and JSON for programs', async () => {
    const page = await ask('GET', '/', { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' });
    expect([page.status, page.headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
    const links = [...page.body.toString().matchAll(/href="([^"]+)"/g)].map(([, path]) => path!);
    expect(links).toEqual(expect.arrayContaining(['/docs', '/openapi.json', '/v1/status', '/favicon.ico']));
    for (const path of links) expect([path, (await ask('GET', path)).status]).not.toEqual([path, 404]);
    const json = await ask('GET', '/', { accept: '*/*' });
    expect(JSON.parse(json.body.toString())).toMatchObject({ name: 'Ráfaga', docs: '/docs' });
    for (const { headers } of [page, json]) expect(headers.vary).toMatch(/accept(,|$)/i);
  });
});
