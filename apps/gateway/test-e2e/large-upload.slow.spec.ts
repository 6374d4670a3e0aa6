import { request as openRequest } from 'node:http';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Api } from './support/api.ts';
import { megabyte, noise, sendAll, watchMemory } from './support/large-body.ts';
import { openTestStack, type TestStack } from './support/test-stack.ts';

let stack: TestStack;
let ana: Api;
beforeAll(async () => {
  stack = await openTestStack(['gateway', 'audio']);
  ana = await Api.register(stack.url);
}, 120_000);
afterAll(() => stack?.close());

function* form(megabytes: number): Generator<Buffer> {
  yield Buffer.from('--cut\r\ncontent-disposition: form-data; name="file"; filename="large.wav"\r\n\r\n');
  yield* noise(megabytes);
  yield Buffer.from('\r\n--cut--\r\n');
}

async function send(megabytes: number) {
  const headers = { authorization: `Bearer ${ana.token}`, 'content-type': 'multipart/form-data; boundary=cut' };
  const request = openRequest(`${stack.url}/v1/tracks`, { method: 'POST', headers });
  return sendAll(request, form(megabytes));
}

it('a gigabyte is uploaded in less than 100 MB of memory, and leaves nothing when it is not audio', async () => {
  const before = await stack.leftovers();
  await send(50); // warm
  const { answer, grownBytes } = await watchMemory(stack.url, () => send(1_024));
  expect(answer).toEqual({ status: 422, code: 'media-not-audio' });
  expect(grownBytes).toBeLessThan(100 * megabyte);
  expect(await stack.leftovers()).toEqual(before);
}, 120_000);
