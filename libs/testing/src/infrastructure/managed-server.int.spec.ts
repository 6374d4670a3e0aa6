import { mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { freePort, startOnFreePort } from './port.ts';
import { removeDataDir } from './postgres-programs.ts';
import { type ManagedServer, startNats, startPostgres, startRedis, startServer, until } from './servers.ts';

let folder: string;
const running: ManagedServer[] = [];
const foreign: Server[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rafaga-managed-server-'));
});
afterEach(async () => {
  for (const server of running.splice(0)) await server.stop();
  for (const server of foreign.splice(0)) await new Promise((closed) => server.close(closed));
  rmSync(folder, { recursive: true, force: true });
});

const track = async (start: Promise<ManagedServer>): Promise<ManagedServer> => {
  const server = await start;
  running.push(server);
  return server;
};

async function foreignPort(): Promise<number> {
  const server = createServer((_request, response) => response.end('ok'));
  foreign.push(server);
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  return (server.address() as AddressInfo).port;
}

const program = (code: string, port: number, isReady: (pid: number) => Promise<boolean> = async () => true) =>
  startServer({
    name: 'program',
    url: `http://127.0.0.1:${port}`,
    command: process.execPath,
    args: ['-e', code],
    logFile: join(folder, 'program.log'),
    isReady,
  });
const listen = (port: number) => `require('http').createServer((q, r) => r.end(String(process.pid))).listen(${port}, '127.0.0.1')`;

describe('a server whose port is taken', () => {
  it.each([
    ['redis', startRedis],
    ['nats', startNats],
    ['postgres', startPostgres],
  ] as const)('%s: another server of the same kind on the port is not mistaken for it', async (_name, start) => {
    const first = await track(start());
    await expect(start({ port: Number(new URL(first.url).port) })).rejects.toThrow('did not start');
  });

  it('starts on the next chosen port', async () => {
    const [taken, free] = [await foreignPort(), await freePort()];
    const tried: number[] = [];
    const server = await track(
      startOnFreePort(
        async (refused) => (refused.has(taken) ? free : taken),
        (port) => {
          tried.push(port);
          return program(listen(port), port, async (pid) => (await (await fetch(`http://127.0.0.1:${port}`)).text()) === String(pid));
        },
      ),
    );
    expect([tried, new URL(server.url).port]).toEqual([[taken, free], String(free)]);
  });

  it('is not started on another port when it fails for another reason', async () => {
    const tried: number[] = [];
    const start = startOnFreePort(
      () => freePort(),
      (port) => {
        tried.push(port);
        return program('console.error("no licence"); process.exit(3)', port, async () => false);
      },
    );
    await expect(start).rejects.toThrow('no licence');
    expect(tried).toHaveLength(1);
  });
});

describe('a server that ended before its exit handler was registered', () => {
  it('is reported to the handler', async () => {
    const server = await track(program(listen(0), 1));
    process.kill(server.pid, 'SIGKILL');
    expect(await until(() => server.pid === 0, 10_000)).toBe(true);
    expect(await new Promise((reported) => server.onUnexpectedExit(reported))).toBe('SIGKILL');
  });
});

describe('startPostgres', () => {
  it('starts under umask 077 in a new folder, and again on the same data, and writes no values of rows into its log', async () => {
    const [dataDir, logFile] = [join(folder, 'new/folder/data'), join(folder, 'postgres.log')];
    const umask = process.umask(0o077);
    try {
      const first = await startPostgres({ dataDir });
      await first.stop();
      const second = await track(startPostgres({ dataDir, logFile }));
      expect(new URL(second.url).password).toBe(new URL(first.url).password);
      await insertTwice(second.url, 'ana@example.com');
      await second.stop();
      expect(readFileSync(logFile, 'utf8')).toContain('duplicate key');
      expect(readFileSync(logFile, 'utf8')).not.toContain('ana@example.com');
    } finally {
      process.umask(umask);
      for (const server of running.splice(0)) await server.stop();
      removeDataDir(realpathSync(dataDir));
    }
  });
});

async function insertTwice(url: string, email: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query('create table account (email text unique)');
  const insert = () => client.query('insert into account values ($1)', [email]);
  await insert();
  await expect(insert()).rejects.toThrow('duplicate key');
  await client.end();
}
