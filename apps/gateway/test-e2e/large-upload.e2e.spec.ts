import { request as openRequest } from 'node:http';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Api } from './support/api.ts';
import { type House, openHouse } from './support/house.ts';
import { megabyte, noise, sendAll, watchMemory } from './support/large-body.ts';

let house: House;
let ana: Api;
beforeAll(async () => {
  house = await openHouse(['gateway', 'audio']);
  ana = await Api.register(house.url);
}, 120_000);
afterAll(() => house?.close());

function* form(megabytes: number): Generator<Buffer> {
  yield Buffer.from('--cut\r\ncontent-disposition: form-data; name="file"; filename="large.wav"\r\n\r\n');
  yield* noise(megabytes);
  yield Buffer.from('\r\n--cut--\r\n');
}

async function send(megabytes: number) {
  const headers = { authorization: `Bearer ${ana.token}`, 'content-type': 'multipart/form-data; boundary=cut' };
  const request = openRequest(`${house.url}/v1/tracks`, { method: 'POST', headers });
  return sendAll(request, form(megabytes));
}

it('a gigabyte goes through the gateway in less than 100 MB of memory, and what is no sound leaves nothing', async () => {
  const before = await house.leftovers();
  await send(50); // warm
  const { answer, grownBytes } = await watchMemory(house.url, () => send(1_024));
  expect(answer).toEqual({ status: 422, code: 'media-not-audio' });
  expect(grownBytes).toBeLessThan(100 * megabyte);
  expect(await house.leftovers()).toEqual(before);
}, 120_000);
