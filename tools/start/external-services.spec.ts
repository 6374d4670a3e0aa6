import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { checkExternalServices } from './external-services.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rafaga-given-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function tempDir(...names: string[]): string {
  for (const name of names) {
    writeFileSync(join(folder, name), '#!/bin/sh\n');
    chmodSync(join(folder, name), 0o755);
  }
  return join(folder, 'ffmpeg');
}

/** A port where somebody listens while `use` runs. */
async function listening<T>(use: (port: number) => Promise<T>): Promise<T> {
  const server = createServer((socket) => socket.destroy());
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const { port } = server.address() as AddressInfo;
  return use(port).finally(() => new Promise((closed) => server.close(closed)));
}

describe('checkExternalServices', () => {
  it('asks for nothing that is not given', () => expect(checkExternalServices({})).resolves.toBeUndefined());

  it('is content with servers that answer and an ffmpeg with its ffprobe, by path or by name', () =>
    listening(async (port) => {
      const FFMPEG_PATH = tempDir('ffmpeg', 'ffprobe');
      const urls = { DATABASE_URL: `postgres://127.0.0.1:${port}/x`, NATS_URL: `nats://127.0.0.1:${port},nats://b:1` };
      await checkExternalServices({ ...urls, FFMPEG_PATH });
      await checkExternalServices({ ...urls, FFMPEG_PATH: 'ffmpeg', PATH: folder });
    }));

  it('names each variable that leads nowhere, and no password', async () => {
    const port = await listening(async (free) => free);
    const given = { DATABASE_URL: `postgres://ana:hunter2@127.0.0.1:${port}/x`, REDIS_URL: 'not a URL' };
    const message = await checkExternalServices(given).catch((error: Error) => error.message);
    expect(message).toMatch(/DATABASE_URL: no server answers at 127\.0\.0\.1:\d+ \(ECONNREFUSED\)/);
    expect(message).toContain('REDIS_URL is no URL');
    expect(message).not.toMatch(/hunter2|NATS_URL/);
  });

  it('misses an ffmpeg that is not there, or that has no ffprobe beside it', async () => {
    await expect(checkExternalServices({ FFMPEG_PATH: join(folder, 'ffmpeg') })).rejects.toThrow(/FFMPEG_PATH/);
    await expect(checkExternalServices({ FFMPEG_PATH: tempDir('ffmpeg') })).rejects.toThrow(/ffprobe/);
  });
});
