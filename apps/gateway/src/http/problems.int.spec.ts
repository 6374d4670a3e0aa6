import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { failures } from '#contracts';
import { type Answer, type OwnGateway, startGateway } from '../../testing/own-gateway.ts';

let gateway: OwnGateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.stop());

function expectProblem({ status, headers, json }: Answer, code: keyof typeof failures) {
  expect({ status, code: json.code }).toEqual({ status: failures[code].status, code });
  expect(headers.get('content-type')).toMatch(/^application\/problem\+json/);
  expect(json).toMatchObject({ type: `/problems/${code}`, title: failures[code].title, instance: expect.stringMatching(/^\/requests\//) });
  expect(json.traceId).toMatch(/^[0-9a-f]{32}$/);
  expect(headers.get('x-request-id')).toBe(json.instance.slice('/requests/'.length));
  expect(JSON.stringify(json)).not.toMatch(/node_modules|\.ts:|\.js:|\n\s+at /);
}

const login = '/v1/auth/login';
const json = { 'content-type': 'application/json' };

describe('every refusal is a problem document', () => {
  it('for an address that is not there', async () => expectProblem(await gateway.ask('GET', '/v1/nothing'), 'not-found'));
  it('for a method that is not served, naming those that are', async () => {
    const answer = await gateway.ask('DELETE', '/v1/usage');
    expectProblem(answer, 'method-not-allowed');
    expect(answer.headers.get('allow')).toBe('GET, HEAD');
  });
  it.each(['OPTIONS', 'PROPFIND', 'PUT', 'PATCH'])('for the method %s', async (method) =>
    expectProblem(await gateway.ask(method, '/v1/usage'), 'method-not-allowed'),
  );
  it.each(['/v1/%zz', '/%c0%ae%c0%ae/', '/v1/tracks/%E0%A4%A'])('for the broken address %s', async (path) =>
    expectProblem(await gateway.ask('GET', path), 'request-malformed'),
  );
  it('for a part of the address that is far too long', async () =>
    expectProblem(await gateway.ask('GET', `/problems/${'a'.repeat(500)}`), 'uri-too-long'));
  it.each(['{"email":', '[', '\u0000', '{"a":1}}', '{"__proto__":{"x":1}}', '{"constructor":{"prototype":{"x":1}}}'])(
    'for the body %j',
    async (body) => expectProblem(await gateway.ask('POST', login, { body }), 'request-malformed'),
  );
  it('for JSON nested deeper than anybody means it', async () =>
    expectProblem(await gateway.ask('POST', login, { body: `${'['.repeat(30_000)}${']'.repeat(30_000)}` }), 'request-invalid'));
  it('for a body that is compressed, saying what is accepted', async () => {
    const answer = await gateway.ask('POST', login, { body: '{}', headers: { ...json, 'content-encoding': 'gzip' } });
    expectProblem(answer, 'media-type-unsupported');
    expect(answer.headers.get('accept-encoding')).toBe('identity');
  });
  it('for JSON that is broken, saying where', async () =>
    expect((await gateway.ask('POST', login, { body: '{"email":1,}' })).json.detail).toBe(
      'The body is not valid JSON: unexpected character at line 1, column 12.',
    ));
  it.each([
    ['DELETE', '/v1/sessions'],
    ['POST', '/v1/jobs/0b3f5e0a-4a55-4c8c-9d5f-3d9c1a2b7e10/retry'],
  ])('but not for a content type where nothing is sent and nothing is wanted: %s %s', async (method, path) =>
    expectProblem(await gateway.ask(method, path, { headers: json }), 'unauthenticated'),
  );
  it('for an empty body that claims to be JSON', async () =>
    expectProblem(await gateway.ask('POST', login, { headers: json }), 'request-malformed'));
  it('for a body over the limit', async () =>
    expectProblem(await gateway.ask('POST', login, { body: { email: 'x'.repeat(70_000) } }), 'payload-too-large'));
  it.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'application/xml', 'nonsense'])(
    'for the content type %s',
    async (type) =>
      expectProblem(await gateway.ask('POST', login, { body: 'a=b', headers: { 'content-type': type } }), 'media-type-unsupported'),
  );
  it('for fields that do not fit, all of them at once', async () => {
    const answer = await gateway.ask('POST', '/v1/auth/register', { body: { email: 'nobody', password: 'short', roles: ['operator'] } });
    expectProblem(answer, 'request-invalid');
    expect(answer.json.errors.map(({ pointer }: { pointer: string }) => pointer)).toEqual(['/email', '/password', '/roles']);
  });
  it('for queries nobody asked for', async () => {
    const answer = await gateway.ask('GET', '/.well-known/jwks.json?x=1&__proto__=2');
    expectProblem(answer, 'request-invalid');
    expect(answer.json.errors.map(({ pointer }: { pointer: string }) => pointer)).toEqual(['/__proto__', '/x']);
  });
});

describe('requests that are too broken to have a route', () => {
  async function send(bytes: string): Promise<string> {
    const socket = connect(Number(new URL(gateway.url).port), '127.0.0.1');
    await once(socket, 'connect');
    socket.write(bytes);
    return text(socket);
  }
  it.each([
    ['no HTTP at all', 'GARBAGE\r\n\r\n', 400, 'request-malformed'],
    [
      'two lengths at once',
      'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      400,
      'request-malformed',
    ],
    [
      'two different Content-Lengths',
      'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabc',
      400,
      'request-malformed',
    ],
    ['a header with a NUL', 'GET / HTTP/1.1\r\nHost: a\r\nX-A: \0\r\n\r\n', 400, 'request-malformed'],
    ['two hosts', 'GET / HTTP/1.1\r\nHost: a\r\nHOST: b\r\nConnection: close\r\n\r\n', 400, 'request-malformed'],
    [
      'two tokens',
      'GET /v1/me HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer a.b.c\r\nauthorization: Bearer d.e.f\r\nConnection: close\r\n\r\n',
      400,
      'request-malformed',
    ],
    [
      'an expectation that nobody knows',
      'GET / HTTP/1.1\r\nHost: a\r\nExpect: miracles\r\nConnection: close\r\n\r\n',
      417,
      'expectation-refused',
    ],
    ['headers without end', `GET / HTTP/1.1\r\nHost: a\r\nX-A: ${'a'.repeat(20_000)}\r\n\r\n`, 431, 'headers-too-large'],
  ])('%s', async (_what, bytes, status, code) => {
    const answer = await send(bytes);
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(answer.toLowerCase()).toContain('content-type: application/problem+json');
    expect(JSON.parse(answer.slice(answer.indexOf('\r\n\r\n') + 4))).toMatchObject({ code, status });
  });
});

describe('whoever takes his time', () => {
  it('has 15 seconds for his headers', () => {
    expect(gateway.app.getHttpServer().headersTimeout).toBe(15_000);
  });
});

describe('whoever has an answer', () => {
  const chunk = Buffer.alloc(1_024 * 1_024);

  /** Announces a hundred gigabytes and sends until somebody hangs up. @returns megabytes sent */
  async function pushAll(startLine: string): Promise<number> {
    const socket = connect(Number(new URL(gateway.url).port), '127.0.0.1');
    socket.on('error', () => {}); // being cut off is what we wait for
    let sent = 0;
    socket.write(`${startLine}\r\nHost: a\r\nContent-Type: multipart/form-data; boundary=x\r\nContent-Length: 100000000000\r\n\r\n`);
    const push = () => {
      while (socket.writable && ++sent < 5_000) if (!socket.write(chunk)) return;
    };
    socket.on('drain', push).resume();
    push();
    await new Promise<void>((resolve) => socket.once('close', resolve));
    return sent;
  }
  it.each(['POST /v1/tracks HTTP/1.1', 'GET / HTTP/1.1', 'GET /%zz HTTP/1.1', 'POST /v1/auth/login HTTP/1.1'])(
    'may not go on sending for ever: %s',
    async (startLine) => expect(await pushAll(startLine)).toBeLessThan(500),
  );
});

describe('ids', () => {
  it('are taken over from the client when they are harmless', async () => {
    const { headers } = await gateway.ask('GET', '/', { headers: { 'x-request-id': 'my-request_1.a' } });
    expect(headers.get('x-request-id')).toBe('my-request_1.a');
  });
  it.each(['a b', '<script>', 'ñ', 'x'.repeat(129)])('are made anew when the client sends %j', async (id) => {
    const { headers } = await gateway.ask('GET', '/', { headers: { 'x-request-id': Buffer.from(id).toString('latin1') } });
    expect(headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  });
  it('of a trace are kept across the gateway', async () => {
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
    expect((await gateway.ask('GET', '/v1/me', { headers: { traceparent } })).json.traceId).toBe('4bf92f3577b34da6a3ce929d0e0e4736');
  });
});

describe('validators', () => {
  it('let a client skip what it already has', async () => {
    const first = await gateway.ask('GET', '/openapi.json');
    const etag = first.headers.get('etag') ?? '';
    expect(etag).toMatch(/^"[\w-]{22}(-gzip|-br|-zstd)?"$/);
    const again = await gateway.ask('GET', '/openapi.json', { headers: { 'if-none-match': `"other", W/${etag}` } });
    expect([again.status, again.json]).toEqual([304, '']);
  });
});
