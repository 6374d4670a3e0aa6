import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { canListen, freePort, nextFreePort } from './port.ts';

const always = async () => true;

describe('freePort', () => {
  it('takes the port of last time when nobody has it', async () => {
    expect(await freePort({ preferred: 23_456, isFree: always })).toBe(23_456);
  });

  it('takes another one when somebody has it', async () => {
    const port = await freePort({ preferred: 23_456, isFree: async (candidate) => candidate !== 23_456 });
    expect(port).not.toBe(23_456);
    expect(port).toBeGreaterThanOrEqual(20_000);
    expect(port).toBeLessThan(32_000);
  });

  it.each([5432, 6379, 4222, 8222])('never takes the standard port %d, even when asked to', async (preferred) => {
    expect(await freePort({ preferred, isFree: always })).not.toBe(preferred);
  });

  it('does not give the same port to two servers of one start', async () => {
    expect(await freePort({ preferred: 23_456, taken: new Set([23_456]), isFree: always })).not.toBe(23_456);
  });

  it('gives up with a sentence when everything is taken', async () => {
    await expect(freePort({ isFree: async () => false })).rejects.toThrow('No free port');
  });

  it('gives a port once in a test run, also while nobody listens there', async () => {
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
  it('walks upwards past the ports that are taken', async () => {
    const isFree = async (port: number) => port !== 3000;
    expect(await nextFreePort(3000, { taken: new Set([3001]), isFree })).toBe(3002);
  });
});

describe('canListen', () => {
  it.each(['127.0.0.1', '0.0.0.0'])('sees a server that listens on %s', async (host) => {
    const server = createServer();
    const port = await new Promise<number>((resolve) => server.listen(0, host, () => resolve((server.address() as { port: number }).port)));
    expect(await canListen(port)).toBe(false);
    await new Promise((resolve) => server.close(resolve));
    expect(await canListen(port)).toBe(true);
  });
});
