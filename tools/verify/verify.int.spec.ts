import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Stack, startStack } from '#testing';
import { Client } from './client.ts';
import { verdictTable, verify } from './main.ts';

let stack: Stack;
let token: string;

beforeAll(async () => {
  stack = await startStack(['gateway', 'audio']);
  const account = { email: 'ana@example.org', password: 'correct horse battery' };
  const post = async (path: string) => {
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(stack.gatewayUrl + path, { method: 'POST', headers, body: JSON.stringify(account) });
    return (await response.json()) as { accessToken: string };
  };
  await post('/v1/auth/register');
  token = (await post('/v1/auth/login')).accessToken;
}, 120_000);
afterAll(() => stack.stop(), 60_000);

const deviations = async (url: string, bearer: string) =>
  Object.fromEntries((await verify(new Client(url, bearer))).map(({ name, deviation }) => [name, deviation]));

describe('the verification of an installation', () => {
  it('passes on this one, and leaves nothing behind', async () => {
    const verdicts = await verify(new Client(stack.gatewayUrl, token));
    expect(verdicts.filter(({ deviation }) => deviation)).toEqual([]);
    expect(verdictTable(verdicts)).toContain('All 6 checks passed.');
    for (const noun of ['tracks', 'playlists']) {
      const { json } = await new Client(stack.gatewayUrl, token).ask(`/v1/${noun}`);
      expect(json.items).toEqual([]);
    }
  }, 90_000);
  it('says what deviates with a token that is none', async () => {
    expect((await deviations(stack.gatewayUrl, 'none'))['Idempotency-Key runs a POST once']).toMatch(/the status is 401 instead of 201/);
  });
});

describe('the verification of something else', () => {
  let server: Server;
  let url: string;
  beforeAll(async () => {
    server = createServer((_request, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<p>hello</p>'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => void server.close());

  it('names each deviation', async () => {
    const found = await deviations(url, token);
    expect(found['errors are problem documents with a page']).toBe('the status is 200 instead of 400');
    expect(found['a request without a token is refused']).toBe('the status is 200 instead of 401');
  });
  it('says that nobody answers', async () => {
    const found = await deviations('http://127.0.0.1:1', token);
    expect(found['status answers without a token']).toMatch(/^no answer: /);
  });
});
