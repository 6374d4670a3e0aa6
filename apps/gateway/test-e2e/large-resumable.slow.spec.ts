import { request as openRequest } from 'node:http';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Api } from './support/api.ts';
import { megabyte, noise, sendAll, watchMemory } from './support/large-body.ts';
import { openTestStack, type TestStack } from './support/test-stack.ts';
import { newUpload, partType, tus } from './support/tus.ts';

let stack: TestStack;
let ana: Api;
beforeAll(async () => {
  stack = await openTestStack(['gateway', 'audio']);
  ana = await Api.register(stack.url);
}, 120_000);
afterAll(() => stack?.close());

async function send(megabytes: number) {
  const path = await newUpload(ana, megabytes * megabyte);
  const headers = {
    ...tus,
    ...partType,
    authorization: `Bearer ${ana.token}`,
    'upload-offset': '0',
    'content-length': megabytes * megabyte,
  };
  const request = openRequest(stack.url + path, { method: 'PATCH', headers });
  return sendAll(request, noise(megabytes));
}

it('a gigabyte is uploaded with tus in less than 100 MB of memory, and leaves nothing when it is not audio', async () => {
  const before = await stack.leftovers();
  await send(50); // warm
  const { answer, grownBytes } = await watchMemory(stack.url, () => send(1_024));
  expect(answer).toEqual({ status: 422, code: 'media-not-audio' });
  expect(grownBytes).toBeLessThan(100 * megabyte);
  expect(await stack.leftovers()).toEqual(before);
}, 120_000);
