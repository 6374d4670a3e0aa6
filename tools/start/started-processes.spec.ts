import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { StartedProcesses, StateFile } from './started-processes.ts';

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

describe('StartedProcesses', () => {
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
    new StartedProcesses(folder).note('audio', child.pid ?? 0, 'service');
    expect(await new StartedProcesses(folder).endLeftovers()).toEqual(['audio']);
    await gone;
    expect(existsSync(join(folder, 'processes.json'))).toBe(false);
  });

  it('does not touch a stranger who was given the number since', async () => {
    const child = sleeper();
    const gone = once(child, 'exit');
    const stranger = { audio: { pid: child.pid, startedAt: 'before the last boot', command: 'node', kind: 'service', signal: 'SIGTERM' } };
    writeFileSync(join(folder, 'processes.json'), JSON.stringify(stranger));
    expect(await new StartedProcesses(folder).endLeftovers()).toEqual([]);
    expect(child.exitCode).toBeNull();
    child.kill('SIGKILL');
    await gone;
  });

  it.each([['["x"]'], ['{"a":null,"b":"c","d":{"pid":1}}'], ['{"e":{"pid":-1,"startedAt":"x","kind":"service","signal":"SIGTERM"}}']])(
    'makes nothing of %s',
    async (written) => {
      writeFileSync(join(folder, 'processes.json'), written);
      expect(await new StartedProcesses(folder).endLeftovers()).toEqual([]);
    },
  );

  it('ends what it noted itself, and nothing of a launcher that runs beside it', async () => {
    const theirs = sleeper();
    new StartedProcesses(folder).note('audio', theirs.pid ?? 0, 'service');
    await new StartedProcesses(folder).endOwn();
    const written = existsSync(join(folder, 'processes.json'));
    const mine = sleeper();
    const processes = new StartedProcesses(folder);
    processes.note('gateway', mine.pid ?? 0, 'service');
    const gone = once(mine, 'exit');
    await processes.endOwn();
    expect([written, theirs.signalCode, await gone]).toEqual([true, null, [null, 'SIGTERM']]);
  });

  it('goes on stopping when nothing can be written any more', () => {
    const processes = new StartedProcesses(folder);
    for (const name of ['audio', 'video']) processes.note(name, process.pid, 'service');
    rmSync(folder, { recursive: true });
    writeFileSync(folder, 'no folder');
    expect(() => processes.forget('audio')).not.toThrow();
  });

  it('remembers nothing once everything was stopped', () => {
    const processes = new StartedProcesses(folder);
    processes.note('audio', process.pid, 'service');
    processes.forget('audio');
    expect(readdirSync(folder)).toEqual([]);
  });
});
