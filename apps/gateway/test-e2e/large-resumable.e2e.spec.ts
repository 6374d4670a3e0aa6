import { request as openRequest } from 'node:http';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Api } from './support/api.ts';
import { type House, openHouse } from './support/house.ts';
import { megabyte, noise, sendAll, watchMemory } from './support/large-body.ts';
import { begun, partType, tus } from './support/tus.ts';

let house: House;
let ana: Api;
beforeAll(async () => {
  house = await openHouse(['gateway', 'audio']);
  ana = await Api.register(house.url);
}, 120_000);
afterAll(() => house?.close());

async function send(megabytes: number) {
  const path = await begun(ana, megabytes * megabyte);
  const headers = {
    ...tus,
    ...partType,
    authorization: `Bearer ${ana.token}`,
    'upload-offset': '0',
    'content-length': megabytes * megabyte,
  };
  const request = openRequest(house.url + path, { method: 'PATCH', headers });
  return sendAll(request, noise(megabytes));
}

it('a gigabyte goes through a resumable upload in less than 100 MB of memory, and what is no sound leaves nothing', async () => {
  const before = await house.leftovers();
  await send(50); // warm
  const { answer, grownBytes } = await watchMemory(house.url, () => send(1_024));
  expect(answer).toEqual({ status: 422, code: 'media-not-audio' });
  expect(grownBytes).toBeLessThan(100 * megabyte);
  expect(await house.leftovers()).toEqual(before);
}, 120_000);
