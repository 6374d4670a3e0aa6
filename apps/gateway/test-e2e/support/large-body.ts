/** Streams large request bodies and measures the memory of the receiving process. */
import type { ClientRequest } from 'node:http';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { metric } from './test-stack.ts';

export const megabyte = 1_024 * 1_024;

/** Generates chunks of a megabyte that match no media format. */
export function* noise(megabytes: number): Generator<Buffer> {
  const block = Buffer.alloc(megabyte, 0x5a);
  for (let sent = 0; sent < megabytes; sent++) {
    block.writeUInt32LE(sent, 0);
    yield Buffer.from(block);
  }
}

/** Sends the whole body. @returns status and code of the error response */
export async function sendAll(request: ClientRequest, body: Iterable<Buffer>): Promise<{ status: number; code: string }> {
  const answered = new Promise<{ status: number; code: string }>((resolve, reject) => {
    request.on('error', reject);
    request.on('response', async (response) => resolve({ status: response.statusCode ?? 0, code: JSON.parse(await text(response)).code }));
  });
  await pipeline(Readable.from(body), request);
  return answered;
}

/** Measures how much the resident memory of the service at `url` grows during `work`. */
export async function watchMemory<T>(url: string, work: () => Promise<T>): Promise<{ answer: T; grownBytes: number }> {
  const residentBytes = () => metric(url, 'process_resident_memory_bytes');
  const baseBytes = await residentBytes();
  let peakBytes = baseBytes;
  let isRunning = true;
  const watching = (async () => {
    while (isRunning) peakBytes = Math.max(peakBytes, await residentBytes());
  })();
  const answer = await work().finally(() => {
    isRunning = false;
  });
  await watching;
  return { answer, grownBytes: peakBytes - baseBytes };
}
