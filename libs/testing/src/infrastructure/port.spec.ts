import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { canListen, freePort, nextFreePort } from './port.ts';

const always = async () => true;

describe('freePort', () => {
  it('returns the preferred port when it is free', async () => {
    expect(await freePort({ preferred: 23_456, isFree: always })).toBe(23_456);
  });

  it('returns another port when the preferred one is taken', async () => {
    const port = await freePort({ preferred: 23_456, isFree: async (candidate) => candidate !== 23_456 });
    expect(port).not.toBe(23_456);
    expect(port).toBeGreaterThanOrEqual(20_000);
    expect(port).toBeLessThan(32_000);
  });

  it.each([5432, 6379, 4222, 8222])('never returns the standard port %d, even as the preferred one', async (preferred) => {
    expect(await freePort({ preferred, isFree: always })).not.toBe(preferred);
  });

  it('does not return a port that is already assigned', async () => {
    expect(await freePort({ preferred: 23_456, taken: new Set([23_456]), isFree: always })).not.toBe(23_456);
  });

  it('throws when every port is taken', async () => {
    await expect(freePort({ isFree: async () => false })).rejects.toThrow('No free port');
  });

  it('returns a port once per test run, even while no server listens on it', async () => {
    const [folder, before] = [mkdtempSync(join(tmpdir(), 'rafaga-ports-')), process.env.RAFAGA_TEST_PORTS];
    process.env.RAFAGA_TEST_PORTS = folder;
    try {
      const first = await freePort();
      expect(readdirSync(folder)).toEqual([String(first)]);
      expect(await freePort({ preferred: first })).not.toBe(first);
    } finally {
      if (before === undefined) delete process.env.RAFAGA_TEST_PORTS;
      else process.env.RAFAGA_TEST_PORTS = before;
      rmSync(folder, { recursive: true });
    }
  });
});

describe('nextFreePort', () => {
  it('skips the ports that are taken', async () => {
    const isFree = async (port: number) => port !== 3000;
    expect(await nextFreePort(3000, { taken: new Set([3001]), isFree })).toBe(3002);
  });
});

describe('canListen', () => {
  it.each(['127.0.0.1', '0.0.0.0'])('detects a server that listens on %s', async (host) => {
    const server = createServer();
    const port = await new Promise<number>((resolve) => server.listen(0, host, () => resolve((server.address() as { port: number }).port)));
    expect(await canListen(port)).toBe(false);
    await new Promise((resolve) => server.close(resolve));
    expect(await canListen(port)).toBe(true);
  });
});
