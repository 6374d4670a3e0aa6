/** Bodies too large to hold: sent as they are made, and what they cost the process that takes them in. */
import type { ClientRequest } from 'node:http';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { metric } from './house.ts';

export const megabyte = 1_024 * 1_024;

/** Bytes that no format starts with, a megabyte at a time. */
export function* noise(megabytes: number): Generator<Buffer> {
  const block = Buffer.alloc(megabyte, 0x5a);
  for (let sent = 0; sent < megabytes; sent++) {
    block.writeUInt32LE(sent, 0);
    yield Buffer.from(block);
  }
}

/** @returns the refusal that the whole body earned */
export async function sendAll(request: ClientRequest, body: Iterable<Buffer>): Promise<{ status: number; code: string }> {
  const answered = new Promise<{ status: number; code: string }>((resolve, reject) => {
    request.on('error', reject);
    request.on('response', async (response) => resolve({ status: response.statusCode ?? 0, code: JSON.parse(await text(response)).code }));
  });
  await pipeline(Readable.from(body), request);
  return answered;
}

/** How far the resident memory of the service at `url` rises above where it was while `work` goes on. */
export async function watchMemory<T>(url: string, work: () => Promise<T>): Promise<{ answer: T; grownBytes: number }> {
  const residentBytes = () => metric(url, 'process_resident_memory_bytes');
  const baseBytes = await residentBytes();
  let peakBytes = baseBytes;
  let working = true;
  const watching = (async () => {
    while (working) peakBytes = Math.max(peakBytes, await residentBytes());
  })();
  const answer = await work().finally(() => {
    working = false;
  });
  await watching;
  return { answer, grownBytes: peakBytes - baseBytes };
}
