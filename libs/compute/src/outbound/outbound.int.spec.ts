import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from '@jest/globals';
import { Failure } from '#contracts';
import { type Receiver, startReceiver } from '#testing';
import { certificate, certificateKey } from './fixtures/certificate.ts';
import { Outbound, type OutboundOptions, type OutboundRequest } from './outbound.ts';

const running: Receiver[] = [];
const receive = async (...args: Parameters<typeof startReceiver>): Promise<Receiver> => {
  const receiver = await startReceiver(...args);
  running.push(receiver);
  return receiver;
};
afterEach(async () => void (await Promise.all(running.splice(0).map((receiver) => receiver.stop()))));

const limits = { totalMs: 30_000, idleMs: 30_000, maxBytes: 1_000 };
/** Every name leads to the loopback; only the ports of `allowed` may be called there. */
const outbound = (allowed: readonly Receiver[], options: Partial<OutboundOptions> = {}) =>
  new Outbound({ ports: [80, 443], allowPrivate: allowed.map(({ host }) => host), resolve: async () => ['127.0.0.1'], ...options });
const get = (from: Receiver, path = '/', more: Partial<OutboundRequest> = {}): OutboundRequest => ({
  url: `http://good.rafaga.test:${from.port}${path}`,
  limits,
  ...more,
});
const refused = { code: 'address-refused' };
const unreachable = { code: 'remote-unreachable' };

describe('a call to an address of a user', () => {
  it('goes to the checked address under its own name', async () => {
    const receiver = await receive((_request, response) => response.end('hello'));
    const answer = await outbound([receiver]).send(get(receiver, '/a?b=1', { method: 'POST', body: '{}', headers: { 'x-a': '1' } }));
    expect([answer.status, String(await buffer(answer.body))]).toEqual([200, 'hello']);
    expect(receiver.requests).toMatchObject([
      { method: 'POST', url: '/a?b=1', body: '{}', headers: { host: `good.rafaga.test:${receiver.port}` } },
    ]);
  });

  it('carries a body that is read while it is sent', async () => {
    const receiver = await receive((_request, response) => response.end());
    const body = async function* () {
      for (const part of ['one ', 'two ', 'three']) yield Buffer.from(part);
    };
    await outbound([receiver]).send(get(receiver, '/', { method: 'PUT', body, headers: { 'content-length': '13' } }));
    expect(receiver.requests).toMatchObject([{ method: 'PUT', body: 'one two three' }]);
  });

  it('fails as the body does that it carries', async () => {
    const receiver = await receive((_request, response) => response.end());
    const body = async function* () {
      yield Buffer.from('one');
      throw new Failure('file-lost', 'gone');
    };
    await expect(outbound([receiver]).send(get(receiver, '/', { method: 'PUT', body }))).rejects.toMatchObject({ code: 'file-lost' });
  });

  it('never reaches the loopback unless that is allowed', async () => {
    const receiver = await receive((_request, response) => response.end('secret'));
    for (const url of [`http://127.0.0.1:${receiver.port}/`, `http://localhost:${receiver.port}/`, `http://[::1]:${receiver.port}/`])
      await expect(outbound([], { ports: [receiver.port] }).send({ url, limits })).rejects.toMatchObject(refused);
    expect(receiver.requests).toEqual([]);
  });

  it('asks the resolver once: what the name leads to later makes no difference', async () => {
    const [open, inside] = [
      await receive((_request, response) => response.end('open')),
      await receive((_request, response) => response.end('in')),
    ];
    let asked = 0;
    const resolve = async () => (asked++ === 0 ? ['127.0.0.1'] : ['127.0.0.2']);
    const answer = await outbound([open], { resolve }).send(get(open));
    expect([String(await buffer(answer.body)), asked]).toEqual(['open', 1]);
    expect(inside.requests).toEqual([]);
  });

  it('is refused when the name leads inside by the time of the call, whatever it said when it was checked', async () => {
    const receiver = await receive((_request, response) => response.end('secret'));
    let asked = 0;
    const resolve = async () => (asked++ === 0 ? ['1.1.1.1'] : ['127.0.0.1']);
    const client = outbound([], { resolve, ports: [receiver.port] });
    await client.check(get(receiver).url, 1_000);
    await expect(client.send(get(receiver))).rejects.toMatchObject(refused);
    expect(receiver.requests).toEqual([]);
  });

  it('tries the next address where the first takes no connection', async () => {
    const receiver = await receive((_request, response) => response.end('second'));
    const client = new Outbound({
      ports: [],
      allowPrivate: [receiver.host, `127.0.0.3:${receiver.port}`],
      resolve: async () => ['127.0.0.3', '127.0.0.1'],
    });
    expect(String(await buffer((await client.send(get(receiver))).body))).toBe('second');
  });
});

describe('a redirect', () => {
  const redirectTo = (location: string | (() => string)) =>
    receive((_request, response) => response.writeHead(302, { location: typeof location === 'string' ? location : location() }).end());

  it('is an answer like any other unless it is to be followed', async () => {
    const receiver = await redirectTo('http://example.org/');
    const { status, body } = await outbound([receiver]).send(get(receiver));
    body.destroy();
    expect(status).toBe(302);
  });
  it('is followed to where it leads', async () => {
    const goal = await receive((_request, response) => response.end('here'));
    const from = await redirectTo(`http://other.test:${goal.port}/there`);
    const answer = await outbound([goal, from]).send(get(from, '/', { maxRedirects: 1 }));
    expect([String(await buffer(answer.body)), answer.url.pathname]).toEqual(['here', '/there']);
  });
  it('into the inside is refused and not called', async () => {
    const inside = await receive((_request, response) => response.end('secret'));
    const goals = [
      inside.url,
      `http://localhost:${inside.port}/`,
      'http://169.254.169.254/latest/meta-data/',
      'file:///etc/passwd',
      'ftp://example.org/',
      'http://a:b@example.org/',
    ];
    for (const goal of goals) {
      const from = await redirectTo(goal);
      await expect(outbound([from]).send(get(from, '/', { maxRedirects: 3 }))).rejects.toMatchObject(refused);
    }
    expect(inside.requests).toEqual([]);
  });
  it('without end, or without a goal, is given up', async () => {
    const circle: Receiver = await redirectTo('/again');
    await expect(outbound([circle]).send(get(circle, '/', { maxRedirects: 3 }))).rejects.toMatchObject({ code: 'remote-refused' });
    expect(circle.requests).toHaveLength(4);
    const nowhere = await receive((_request, response) => response.writeHead(302).end());
    await expect(outbound([nowhere]).send(get(nowhere, '/', { maxRedirects: 3 }))).rejects.toMatchObject({ code: 'remote-refused' });
  });
});

describe('TLS', () => {
  const https = async (name: string, ca: string | undefined) => {
    const receiver = await receive((_request, response) => response.end('private'), { cert: certificate, key: certificateKey });
    const client = outbound([receiver], ca ? { ca } : {});
    return client.send({ url: `https://${name}:${receiver.port}/`, limits });
  };
  it('is checked against the name, though an address is dialled', async () => {
    expect(String(await buffer((await https('good.rafaga.test', certificate)).body))).toBe('private');
    await expect(https('other.rafaga.test', certificate)).rejects.toMatchObject({
      ...unreachable,
      message: expect.stringContaining('certificate'),
    });
  });
  it('with a certificate of unknown origin is refused', async () => {
    await expect(https('good.rafaga.test', undefined)).rejects.toMatchObject(unreachable);
  });
});

describe('an answer', () => {
  it('that says it is too large is not read', async () => {
    const receiver = await receive((_request, response) => response.writeHead(200, { 'content-length': 1_001 }).end(Buffer.alloc(1_001)));
    await expect(outbound([receiver]).send(get(receiver))).rejects.toMatchObject({ code: 'payload-too-large' });
  });
  it('that turns out too large is cut off', async () => {
    const receiver = await receive((_request, response) => void response.write(Buffer.alloc(5_000)));
    const { body } = await outbound([receiver]).send(get(receiver));
    await expect(buffer(body)).rejects.toMatchObject({ code: 'payload-too-large' });
  });
  it('is never decompressed, so that a small one cannot become a large one', async () => {
    const bomb = gzipSync(Buffer.alloc(100_000));
    const receiver = await receive((_request, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb));
    const { body, headers } = await outbound([receiver]).send(get(receiver));
    expect([(await buffer(body)).equals(bomb), headers['content-encoding']]).toEqual([true, 'gzip']);
    expect(receiver.requests[0]?.headers['accept-encoding']).toBe('identity');
  });
  it('that does not begin, stands still or drips for ever is given up', async () => {
    const silent = await receive(() => {});
    const still = await receive((_request, response) => void response.write('a'));
    const dripping = await receive((_request, response) => {
      const drip = setInterval(() => response.write('a'), 20);
      response.once('close', () => clearInterval(drip));
    });
    const fast = { ...limits, idleMs: 100, totalMs: 400 };
    await expect(outbound([silent]).send(get(silent, '/', { limits: fast }))).rejects.toMatchObject(unreachable);
    for (const receiver of [still, dripping]) {
      const { body } = await outbound([receiver]).send(get(receiver, '/', { limits: fast }));
      await expect(buffer(body)).rejects.toMatchObject(unreachable);
    }
  });
  it('that breaks off is distinguished from one that ends', async () => {
    const receiver = await receive((_request, response) => {
      response.writeHead(200, { 'content-length': 100 });
      response.write('half', () => response.destroy());
    });
    const { body } = await outbound([receiver]).send(get(receiver));
    await expect(buffer(body)).rejects.toMatchObject(unreachable);
  });
  it('that is no HTTP, or has endless headers, is refused', async () => {
    const receiver = await receive((_request, response) => response.writeHead(200, { 'x-long': 'x'.repeat(20_000) }).end());
    await expect(outbound([receiver]).send(get(receiver))).rejects.toMatchObject(unreachable);
  });
  it('is let go when the caller is', async () => {
    const receiver = await receive((_request, response) => void response.write('a'));
    const control = new AbortController();
    const { body } = await outbound([receiver]).send(get(receiver, '/', { signal: control.signal }));
    control.abort();
    await expect(buffer(body)).rejects.toMatchObject({ code: 'cancelled' });
  });
});

describe('a name', () => {
  it('that nobody knows is unreachable', async () => {
    const resolve = async () => Promise.reject(Object.assign(new Error('no'), { code: 'ENOTFOUND' }));
    await expect(outbound([], { resolve }).send({ url: 'http://nobody.test/', limits })).rejects.toMatchObject(unreachable);
  });
  it('whose resolver never answers is given up', async () => {
    const resolve = () => new Promise<string[]>(() => {});
    const quick = { ...limits, totalMs: 100 };
    await expect(outbound([], { resolve }).send({ url: 'http://slow.test/', limits: quick })).rejects.toMatchObject(unreachable);
    await expect(outbound([], { resolve }).check('http://slow.test/', 100)).rejects.toMatchObject(unreachable);
  });
});
