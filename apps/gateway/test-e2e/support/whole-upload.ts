/** What suites of resumable uploads have in common: small limits, and the check that an upload has become a track with every byte. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from '@jest/globals';
import type { Api } from './api.ts';
import { openTestStack, type TestStack } from './test-stack.ts';

export const maxBytes = 30_000_000;
export const idleMs = 3_000;

export const openUploadStack = (): Promise<TestStack> =>
  openTestStack(['gateway', 'audio'], {
    GATEWAY_UPLOAD_MAX_BYTES: String(maxBytes),
    GATEWAY_UPLOAD_IDLE_MS: String(idleMs),
    GATEWAY_UPLOADS_PER_USER: '5',
    GATEWAY_UPLOADS_BYTES_PER_USER: String(2 * maxBytes),
  });

export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** Names of the files in which unfinished uploads are kept. */
export function partsOnDisk({ processes }: TestStack): readonly string[] {
  const folder = join(fileURLToPath(processes.environment.BLOB_STORE_URL), 'unfinished');
  return existsSync(folder) ? readdirSync(folder) : [];
}

/** Expects that the upload at `path` is finished and its track has exactly `bytes`. */
export async function expectWhole(stack: TestStack, api: Api, path: string, bytes: Uint8Array): Promise<void> {
  const { body } = await api.get(path);
  expect(body).toMatchObject({ state: 'finished', offsetBytes: bytes.length, lengthBytes: bytes.length, problem: null });
  const response = await api.raw(`${body.resource.links.self}/file`);
  expect(sha256(Buffer.from(await response.arrayBuffer()))).toBe(sha256(bytes));
  expect(partsOnDisk(stack)).not.toContain(path.split('/').at(-1));
}
