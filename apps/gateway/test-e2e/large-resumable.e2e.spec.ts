import { request as openRequest } from 'node:http';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Api } from './support/api.ts';
import { type House, metric, openHouse } from './support/house.ts';
import { begun, partType, tus } from './support/tus.ts';

const megabyte = 1_024 * 1_024;

let house: House;
let ana: Api;
beforeAll(async () => {
  house = await openHouse(['gateway', 'audio']);
  ana = await Api.register(house.url);
}, 120_000);
afterAll(() => house?.close());

/** Bytes that no format starts with, made as they are sent. */
function* noise(megabytes: number): Generator<Buffer> {
  const block = Buffer.alloc(megabyte, 0x5a);
  for (let sent = 0; sent < megabytes; sent++) {
    block.writeUInt32LE(sent, 0);
    yield Buffer.from(block);
  }
}

async function send(megabytes: number): Promise<{ status: number; code: string }> {
  const path = await begun(ana, megabytes * megabyte);
  const headers = {
    ...tus,
    ...partType,
    authorization: `Bearer ${ana.token}`,
    'upload-offset': '0',
    'content-length': megabytes * megabyte,
  };
  const request = openRequest(house.url + path, { method: 'PATCH', headers });
  const answered = new Promise<{ status: number; code: string }>((resolve, reject) => {
    request.on('error', reject);
    request.on('response', async (response) => resolve({ status: response.statusCode ?? 0, code: JSON.parse(await text(response)).code }));
  });
  await pipeline(Readable.from(noise(megabytes)), request);
  return answered;
}

it('a gigabyte goes through a resumable upload in less than 100 MB of memory, and what is no sound leaves nothing', async () => {
  const before = await house.leftovers();
  await send(50); // warm
  const residentBytes = () => metric(house.url, 'process_resident_memory_bytes');
  const baseBytes = await residentBytes();
  let peakBytes = baseBytes;
  let sending = true;
  const watching = (async () => {
    while (sending) peakBytes = Math.max(peakBytes, await residentBytes());
  })();
  const answer = await send(1_024).finally(() => {
    sending = false;
  });
  await watching;
  expect(answer).toEqual({ status: 422, code: 'media-not-audio' });
  expect(peakBytes - baseBytes).toBeLessThan(100 * megabyte);
  expect(await house.leftovers()).toEqual(before);
}, 120_000);
