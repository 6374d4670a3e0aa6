import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { exceptLoopbackFromProxy } from './no-proxy.mjs';

describe('exceptLoopbackFromProxy', () => {
  it.each([
    [{}, '127.0.0.1,localhost,::1'],
    [{ NO_PROXY: 'intranet, localhost' }, 'intranet,localhost,127.0.0.1,::1'],
    [{ no_proxy: 'intranet' }, 'intranet,127.0.0.1,localhost,::1'],
  ])('adds this machine to %p, in both spellings', (environment: Record<string, string>, hosts) => {
    exceptLoopbackFromProxy(environment);
    expect([environment.NO_PROXY, environment.no_proxy]).toEqual([hosts, hosts]);
  });
});

const asksItself = (prepare: string) => `${prepare}
const server = (await import('node:http')).createServer((request, response) => response.end('direct')).listen(0, '127.0.0.1', async () => {
  const answer = await fetch('http://127.0.0.1:' + server.address().port).catch((error) => ({ text: () => String(error.cause) }));
  console.log(await answer.text());
  server.close();
  server.closeAllConnections();
});`;

describe('under NODE_USE_ENV_PROXY, with a proxy that refuses', () => {
  const environment = { PATH: process.env.PATH, NODE_USE_ENV_PROXY: '1', HTTP_PROXY: 'http://127.0.0.1:1' };
  const output = async (prepare: string) =>
    (await promisify(execFile)(process.execPath, ['--input-type=module', '-e', asksItself(prepare)], { env: environment })).stdout.trim();

  it('requests to loopback addresses bypass the proxy', async () => {
    const file = JSON.stringify(join(import.meta.dirname, 'no-proxy.mjs'));
    expect(await output(`(await import(${file})).exceptLoopbackFromProxy();`)).toBe('direct');
  });

  it('they use the proxy without NO_PROXY', async () => expect(await output('')).not.toBe('direct'));
});
