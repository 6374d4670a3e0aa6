import { afterEach, describe, expect, it } from '@jest/globals';
import type { Receiver } from '#testing';
import { ConnectionFixture } from './testing/connection-fixture.ts';

const fixture = new ConnectionFixture();
afterEach(() => fixture.stop());

/** What holds with and without the pool. */
describe.each([
  ['with the pool', true],
  ['without the pool', false],
])('connections %s', (_name, isPooled) => {
  const open = (receiver: Receiver, options = {}, path = '') => {
    const { manager, value } = fixture.manage([receiver], { isPooled: () => isPooled, ...options });
    const upstream = manager.open({
      name: 'provider',
      endpoints: [{ url: `http://api.rafaga.test:${receiver.port}${path}` }],
      maxBytes: 1_000,
    });
    return { upstream, value };
  };

  it('sends method, path, headers and body to the checked address, and gives the whole answer', async () => {
    const receiver = await fixture.receive((_request, response) => response.writeHead(201, { 'x-made': 'yes' }).end('made'));
    const { upstream } = open(receiver, {}, '/v2/');
    const answer = await upstream.send({ method: 'POST', path: '/a?b=1', body: '{}', headers: { 'content-type': 'application/json' } });
    expect([answer.status, answer.headers['x-made'], String(answer.body), answer.endpoint]).toEqual([201, 'yes', 'made', '0']);
    expect(receiver.requests).toMatchObject([
      {
        method: 'POST',
        url: '/v2/a?b=1',
        body: '{}',
        headers: { host: `api.rafaga.test:${receiver.port}`, 'content-type': 'application/json' },
      },
    ]);
  });

  it('gives a redirect as an answer and goes nowhere', async () => {
    const receiver = await fixture.receive((_request, response) => response.writeHead(302, { location: 'http://10.0.0.1/' }).end());
    expect((await open(receiver).upstream.send({ path: '/' })).status).toBe(302);
  });

  it.each([
    ['announced', { 'content-length': '1001' }],
    ['not announced', {}],
  ])('breaks off an answer larger than allowed, %s', async (_how, headers) => {
    const receiver = await fixture.receive((_request, response) => response.writeHead(200, headers).end('x'.repeat(1_001)));
    await expect(open(receiver).upstream.send({ path: '/', isRepeatable: false })).rejects.toMatchObject({ code: 'payload-too-large' });
  });

  it('reports an answer that breaks off as unreachable', async () => {
    const receiver = await fixture.receive((_request, response) => {
      response.writeHead(200, { 'content-length': '100' }).write('half');
      setImmediate(() => response.destroy());
    });
    await expect(open(receiver).upstream.send({ path: '/', isRepeatable: false })).rejects.toMatchObject({ code: 'remote-unreachable' });
  });

  it('gives up at the deadline, and when the caller leaves', async () => {
    const receiver = await fixture.receive(() => undefined);
    const { upstream, value } = open(receiver);
    await expect(upstream.send({ path: '/', timeoutMs: 50 })).rejects.toMatchObject({ code: 'deadline-exceeded' });
    const control = new AbortController();
    const left = upstream.send({ path: '/', signal: control.signal });
    control.abort();
    await expect(left).rejects.toMatchObject({ code: 'cancelled' });
    expect(await value('audio_connection_requests_total', { result: 'timeout' })).toBe(1);
    expect(await value('audio_connection_requests_total', { result: 'cancelled' })).toBe(1);
  });

  it('never reaches an address that is not public, whatever the name says', async () => {
    const receiver = await fixture.receive((_request, response) => response.end('secret'));
    const { upstream } = open(receiver, { allowPrivate: [], ports: [receiver.port] });
    await expect(upstream.send({ path: '/' })).rejects.toMatchObject({ code: 'address-refused' });
    expect(receiver.requests).toEqual([]);
  });

  it('repeats a GET after a fault of the server, and never a POST', async () => {
    const receiver = await fixture.receive(({ method }, response) =>
      response.writeHead(method === 'GET' && receiver.requests.length > 1 ? 200 : 503).end(),
    );
    const { upstream, value } = open(receiver);
    expect((await upstream.send({ path: '/' })).status).toBe(200);
    expect((await upstream.send({ path: '/', method: 'POST' })).status).toBe(503);
    expect(receiver.requests).toHaveLength(3);
    expect(await value('audio_connection_requests_total', { result: 'succeeded' })).toBe(1);
    expect(await value('audio_connection_requests_total', { result: 'server-error' })).toBe(1);
  });

  it('has no more requests under way than connections, and refuses what cannot wait', async () => {
    const held: (() => void)[] = [];
    const receiver = await fixture.receive((_request, response) => void held.push(() => response.end()));
    const { upstream, value } = open(receiver, { maxConnections: 1 });
    const control = new AbortController();
    const waiting = Array.from({ length: 11 }, () => upstream.send({ path: '/', signal: control.signal }).catch(({ code }) => code));
    await expect(upstream.send({ path: '/' })).rejects.toMatchObject({ code: 'overloaded' });
    expect(await value('audio_connection_pool_size', { status: 'waiting' })).toBe(10);
    control.abort();
    expect(new Set(await Promise.all(waiting))).toEqual(new Set(['cancelled']));
  });

  it('hides most errors of an upstream of which every fifth answer is one', async () => {
    let asked = 0;
    const receiver = await fixture.receive((_request, response) => response.writeHead(++asked % 5 === 0 ? 500 : 200).end());
    const { upstream } = open(receiver, { random: () => 0 });
    let errors = 0;
    for (let call = 0; call < 100; call++) if ((await upstream.send({ path: '/' })).status >= 500) errors++;
    expect(errors).toBeLessThanOrEqual(4); // of 20
  });
});

describe('pooled connections', () => {
  it('are kept for the next request, as many as are allowed', async () => {
    const ports = new Set<number>();
    const receiver = await fixture.receive((_request, response) => {
      ports.add(response.socket!.remotePort!);
      setImmediate(() => response.end());
    });
    const { manager, value } = fixture.manage([receiver], { maxConnections: 3 });
    const upstream = manager.open({ name: 'provider', endpoints: [{ url: receiver.url }] });
    for (let round = 0; round < 5; round++) await Promise.all(Array.from({ length: 12 }, () => upstream.send({ path: '/' })));
    expect(ports.size).toBe(3);
    const open = [
      await value('audio_connection_pool_size', { status: 'idle' }),
      await value('audio_connection_pool_size', { status: 'active' }),
    ];
    expect(open[0]! + open[1]!).toBe(3);
  });

  it('end when the pool is switched off, and are kept again when it is switched on', async () => {
    const ports: number[] = [];
    const receiver = await fixture.receive((_request, response) => {
      ports.push(response.socket!.remotePort!);
      response.end();
    });
    let isPooled = true;
    const { manager, value } = fixture.manage([receiver], { isPooled: () => isPooled, maxConnections: 1 });
    const upstream = manager.open({ name: 'provider', endpoints: [{ url: receiver.url }] });
    const ask = async () => {
      ports.length = 0;
      for (let time = 0; time < 3; time++) await upstream.send({ path: '/' });
      return new Set(ports).size;
    };
    expect(await ask()).toBe(1);
    isPooled = false;
    expect(await ask()).toBe(3);
    expect(await value('audio_connection_pool_size', { status: 'idle' })).toBe(0);
    isPooled = true;
    expect(await ask()).toBe(1);
  });

  it('are replaced when the name leads elsewhere, which is checked again', async () => {
    const receiver = await fixture.receive((_request, response) => response.end('fine'));
    let [addresses, nowMs] = [['127.0.0.1'], 0];
    const clock = { nowMs: () => nowMs, after: () => () => undefined };
    const { manager } = fixture.manage([receiver], { clock, resolve: async () => ({ addresses, ttlSeconds: 60 }) });
    const upstream = manager.open({ name: 'provider', endpoints: [{ url: `http://api.rafaga.test:${receiver.port}` }] });
    await upstream.send({ path: '/' });
    addresses = ['10.0.0.1'];
    expect((await upstream.send({ path: '/' })).status).toBe(200); // the answer is good for its TTL
    nowMs = 60_000;
    await expect(upstream.send({ path: '/' })).rejects.toMatchObject({ code: 'address-refused' });
    addresses = ['127.0.0.1'];
    expect((await upstream.send({ path: '/' })).status).toBe(200);
  });
});
