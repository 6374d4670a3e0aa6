/** Members that behave and members that do not, over a real socket. */
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createConnection, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Registry } from 'prom-client';
import { watchMachine } from '../compute-metrics.ts';
import { CoreBudget } from '../core-budget.ts';
import type { MachineTimes } from './machine-options.ts';
import { MachinePurse } from './machine-purse.ts';

let folder: string;
let socketPath: string;
let told: string[];
const open: MachinePurse[] = [];
const machine = { cores: 2, memoryBytes: 100 };

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'purse-'));
  socketPath = join(folder, 'budget-v1.sock');
  told = [];
});
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
  rmSync(folder, { recursive: true, force: true });
});

const note = (_: object, message: string) => void told.push(message);
function purse(times: Partial<MachineTimes> = {}, place = folder, size = machine): MachinePurse {
  const settings = { heartbeatMs: 20, silentBeats: 500, retryMs: 20, patienceMs: 30_000, ...times };
  const one = new MachinePurse({ machine: size, folder: place, log: { info: note, warn: note }, times: settings });
  open.push(one);
  return one;
}
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setImmediate(resolve));
}
async function shared(...settings: Parameters<typeof purse>): Promise<MachinePurse> {
  const one = purse(...settings);
  (await one.take({ cores: 1, memoryBytes: 0 })).release();
  return one;
}
const alone = (one: MachinePurse) => until(() => one.mode === 'alone');

describe('a place that cannot be used', () => {
  it.each<[string, string, () => string]>([
    [
      'a file where the folder should be',
      'EEXIST',
      () => {
        writeFileSync(join(folder, 'file'), '');
        return join(folder, 'file');
      },
    ],
    [
      'a folder that others may enter',
      'open to other users',
      () => {
        chmodSync(folder, 0o755);
        return folder;
      },
    ],
    ['a path that no socket can have', 'too long', () => join(folder, 'x'.repeat(100))],
    [
      'a lock that is none',
      'not a database',
      () => {
        writeFileSync(join(folder, 'budget-v1.lock'), 'something that somebody wrote here. '.repeat(99), { mode: 0o600 });
        return folder;
      },
    ],
  ])('%s leaves a process its own budget, and says so once', async (_name, reason, spoil) => {
    const one = purse({ patienceMs: 50 }, spoil());
    const budget = new CoreBudget({ ...machine, machine: one });
    expect(await budget.acquire({ cores: 2 })).toMatchObject({ cores: 2 });
    expect([one.mode, one.reason]).toEqual(['alone', expect.stringContaining(reason)]);
    const waits = budget.acquire({ cores: 1, signal: AbortSignal.abort() });
    await expect(waits).rejects.toMatchObject({ code: 'cancelled' });
    await budget.acquire({ cores: 2, signal: AbortSignal.timeout(30) }).catch(() => undefined);
    expect([budget.usedCores, one.waiters]).toEqual([2, 0]);
    expect(told).toEqual(['the budget of the machine cannot be shared, this process keeps to its own']);
  });

  it('is tried again: once it can be used, what was spent alone counts', async () => {
    const place = join(folder, 'later');
    mkdirSync(place, { mode: 0o755 });
    const one = purse({ retryMs: 5 }, place);
    await one.take({ cores: 2, memoryBytes: 0 });
    expect(one.mode).toBe('alone');
    chmodSync(place, 0o700);
    await until(() => one.mode === 'shared' && one.state.members === 1 && one.state.usedCores === 2);
    expect(told.at(-1)).toBe('the budget of the machine is shared again');
  });
});

describe('a keeper', () => {
  it('takes the smallest machine that a member names, and grants no more than that', async () => {
    const large = await shared();
    const small = await shared({}, folder, { cores: 1, memoryBytes: 50 });
    expect(await large.take({ cores: 2, memoryBytes: 100 })).toMatchObject({ cores: 1, memoryBytes: 50 });
    await small.close();
    await until(() => large.state.cores === 2);
  });

  it('whom nobody can find any more makes way for one who can be found', async () => {
    const one = await shared({ verifyMs: 20 });
    const lease = await one.take({ cores: 1, memoryBytes: 0 });
    rmSync(socketPath);
    await until(() => existsSync(socketPath) && one.mode === 'shared');
    const other = await shared();
    await until(() => other.state.members === 2 && other.state.usedCores === 1);
    lease.release();
  });

  it('does not let somebody who waited and gave up stand in the way', async () => {
    const [one, other] = [await shared(), await shared()];
    const held = await one.take({ cores: 1, memoryBytes: 0 });
    const caller = new AbortController();
    const gaveUp = other.take({ cores: 2, memoryBytes: 0 }, caller.signal);
    await until(() => one.state.waiters === 1);
    const behind = one.take({ cores: 1, memoryBytes: 0 });
    caller.abort();
    await expect(gaveUp).rejects.toMatchObject({ code: 'cancelled' });
    expect((await behind).cores).toBe(1);
    held.release();
  });

  it('is shown in the metrics, with what all spend', async () => {
    const registry = new Registry();
    const [one, other] = [await shared(), await shared()];
    watchMachine(one, registry);
    await other.take({ cores: 2, memoryBytes: 70 });
    await until(() => one.state.usedCores === 2);
    const text = await registry.metrics();
    for (const line of ['shared 1', 'members 2', 'cores 2', 'cores_used 2', 'memory_bytes 100', 'memory_used_bytes 70', 'waiters 0'])
      expect(text).toContain(`compute_machine_${line}\n`);
  });

  it('that closes refuses those who wait, and gives back nothing twice', async () => {
    const one = await shared();
    const lease = await one.take({ cores: 2, memoryBytes: 0 });
    const waiting = one.take({ cores: 1, memoryBytes: 0 });
    const closing = one.close();
    await expect(waiting).rejects.toMatchObject({ code: 'service-unavailable' });
    await closing;
    lease.release();
    await expect(one.take({ cores: 1, memoryBytes: 0 })).rejects.toMatchObject({ code: 'service-unavailable' });
  });
});

const member = { id: 'c3ab8ff1-3720-4e8a-b3a5-1e2f4d5c6b7a', pid: 1, namespace: 'elsewhere' };
const hello = JSON.stringify({ is: 'hello', member, ...machine });
const line = (message: object) => JSON.stringify(message);

describe('a member that talks nonsense', () => {
  it.each<[string, string[]]>([
    ['no JSON', ['{']],
    ['another protocol', ['GET / HTTP/1.1']],
    ['a word nobody knows', [hello, line({ is: 'please' })]],
    ['more than the word says', [hello, line({ is: 'here', extra: 1 })]],
    ['a request before its name', [line({ is: 'ask', claim: 1, cores: 1, memoryBytes: 0, waitedMs: 0 })]],
    ['its name twice', [hello, hello]],
    ['fewer than no cores', [hello, line({ is: 'hold', claim: 1, cores: -1, memoryBytes: 0 })]],
    ['one number for two things', [hello, ...Array(2).fill(line({ is: 'hold', claim: 1, cores: 1, memoryBytes: 0 }))]],
    ['that it gives back what it never had', [hello, line({ is: 'drop', claim: 7 })]],
    ['a line that is too long', [' '.repeat(2_000)]],
    ['a line without an end', [' '.repeat(1_500).concat('\0')]],
  ])('%s is cut off; what it held is free and the others go on', async (_name, lines) => {
    const one = await shared();
    const socket = await connected();
    const ended = once(socket, 'close');
    const last = lines.at(-1)!;
    const text = last.endsWith('\0') ? last.slice(0, -1) : `${lines.join('\n')}\n`;
    socket.resume().write(text);
    await ended;
    await until(() => one.state.members === 1);
    expect((await one.take({ cores: 2, memoryBytes: 100 })).cores).toBe(2);
    expect(told).toContain('a process was cut off from the budget of the machine');
  });

  it('or asks for thousands of leases at once is cut off', async () => {
    const one = await shared();
    const socket = await connected();
    const ended = once(socket, 'close');
    const asks = Array.from({ length: 4_097 }, (_, i) => line({ is: 'ask', claim: i + 1, cores: 1, memoryBytes: 0, waitedMs: 0 }));
    socket.resume().write(`${[hello, ...asks].join('\n')}\n`);
    await ended;
    expect((await one.take({ cores: 2, memoryBytes: 0 })).cores).toBe(2);
  });

  it('or says nothing at all is cut off in the end', async () => {
    await shared({ silentBeats: 3 });
    const socket = await connected();
    await once(socket.resume(), 'close');
  });
});

describe('a keeper that talks nonsense', () => {
  it.each<[string, (socket: Socket) => void]>([
    ['says nothing', () => undefined],
    ['says what is no message', (socket) => socket.write('what?\n')],
    ['hangs up', (socket) => socket.destroy()],
  ])('%s: its members are alone', async (_name, answer) => {
    const sockets: Socket[] = [];
    const server = createServer((socket) => {
      sockets.push(socket.on('error', () => undefined));
      answer(socket);
    });
    await once(server.listen(socketPath), 'listening');
    const one = purse({ patienceMs: 100 });
    expect((await one.take({ cores: 2, memoryBytes: 0 })).cores).toBe(2);
    await alone(one);
    await one.close();
    for (const socket of sockets) socket.destroy();
    server.close();
  });
});

async function connected(): Promise<Socket> {
  const socket = createConnection(socketPath);
  await once(socket, 'connect');
  return socket.on('error', () => undefined);
}
