import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Ledger, StateFile } from './state.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rafaga-state-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('StateFile', () => {
  it('gives back what was written, readable by its owner only, and leaves no draft', () => {
    const file = new StateFile<{ a: number }>(folder, 'a.json');
    file.write({ a: 1 });
    expect(file.read()).toEqual({ a: 1 });
    expect(statSync(file.path).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual(['a.json']);
  });

  it('knows nothing when the file is damaged or missing', () => {
    const file = new StateFile(folder, 'a.json');
    expect(file.read()).toBeUndefined();
    writeFileSync(file.path, '{"half');
    expect(file.read()).toBeUndefined();
  });
});

describe('Ledger', () => {
  const children: ChildProcess[] = [];
  const sleeper = () => {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
    children.push(child);
    return child;
  };
  afterEach(() => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
  });

  it('lets the next launcher end what a killed one left running', async () => {
    const child = sleeper();
    const gone = once(child, 'exit');
    new Ledger(folder).note('audio', child.pid ?? 0, 'service');
    expect(await new Ledger(folder).endLeftovers()).toEqual(['audio']);
    await gone;
    expect(existsSync(join(folder, 'processes.json'))).toBe(false);
  });

  it('does not touch a stranger who was given the number since', async () => {
    const child = sleeper();
    const gone = once(child, 'exit');
    const stranger = { audio: { pid: child.pid, startedAt: 'before the last boot', command: 'node', kind: 'service', signal: 'SIGTERM' } };
    writeFileSync(join(folder, 'processes.json'), JSON.stringify(stranger));
    expect(await new Ledger(folder).endLeftovers()).toEqual([]);
    expect(child.exitCode).toBeNull();
    child.kill('SIGKILL');
    await gone;
  });

  it.each([['["x"]'], ['{"a":null,"b":"c","d":{"pid":1}}'], ['{"e":{"pid":-1,"startedAt":"x","kind":"service","signal":"SIGTERM"}}']])(
    'makes nothing of %s',
    async (written) => {
      writeFileSync(join(folder, 'processes.json'), written);
      expect(await new Ledger(folder).endLeftovers()).toEqual([]);
    },
  );

  it('ends what it noted itself, and nothing of a launcher that runs beside it', async () => {
    const theirs = sleeper();
    new Ledger(folder).note('audio', theirs.pid ?? 0, 'service');
    await new Ledger(folder).endOwn();
    const written = existsSync(join(folder, 'processes.json'));
    const mine = sleeper();
    const ledger = new Ledger(folder);
    ledger.note('gateway', mine.pid ?? 0, 'service');
    await ledger.endOwn();
    expect([written, theirs.signalCode, mine.exitCode ?? mine.signalCode]).toEqual([true, null, 'SIGTERM']);
  });

  it('goes on stopping when nothing can be written any more', () => {
    const ledger = new Ledger(folder);
    for (const name of ['audio', 'video']) ledger.note(name, process.pid, 'service');
    rmSync(folder, { recursive: true });
    writeFileSync(folder, 'no folder');
    expect(() => ledger.forget('audio')).not.toThrow();
  });

  it('remembers nothing once everything was stopped', () => {
    const ledger = new Ledger(folder);
    ledger.note('audio', process.pid, 'service');
    ledger.forget('audio');
    expect(readdirSync(folder)).toEqual([]);
  });
});
