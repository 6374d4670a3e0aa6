/**
 * What it costs to take a core and give it back: from the budget of a process, and from the purse of the machine, as its keeper, as another process with
 * nobody else about, and while others storm it. Ratios to the first; microseconds only to give them a size.
 *
 *   npm run bench -- budget [rounds]
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CoreBudget, MachinePurse } from '#compute';

const [rounds = 4_000] = process.argv.slice(2).map(Number);
const machine = { cores: 4, memoryBytes: 1_000_000 };
const log = { info: () => undefined, warn: () => undefined };

/** @returns microseconds for one acquire and release: the median of 20 parts, one after the other */
async function cost(budget: CoreBudget): Promise<number> {
  const part = Math.ceil(rounds / 20);
  const times: number[] = [];
  for (let i = 0; i < 20; i++) {
    const begun = performance.now();
    for (let j = 0; j < part; j++) (await budget.acquire({ cores: 1 })).release();
    times.push(((performance.now() - begun) * 1_000) / part);
  }
  return times.sort((a, b) => a - b)[10]!;
}

async function shared(folder: string): Promise<{ budget: CoreBudget; purse: MachinePurse }> {
  const purse = new MachinePurse({ machine, folder, log });
  const budget = new CoreBudget({ ...machine, machine: purse, maxWaiters: 1_024 });
  (await budget.acquire({ cores: 1 })).release();
  return { budget, purse };
}

/** A process that only keeps the purse, or also storms it. */
async function other(folder: string): Promise<{ storm(): void; end(): Promise<void> }> {
  const child = fork(import.meta.filename, ['other', folder], { execArgv: process.execArgv });
  await once(child, 'message');
  const end = async () => {
    child.disconnect();
    await once(child, 'exit');
  };
  return { storm: () => void child.send('storm'), end };
}

async function beOther(folder: string): Promise<void> {
  const { budget } = await shared(folder);
  const lane = async () => {
    for (;;) (await budget.acquire({ cores: 1 })).release();
  };
  process.once('message', () => void Promise.all(Array.from({ length: 8 }, lane)));
  process.once('disconnect', () => process.exit());
  process.send!('ready');
}

async function measure(folder: string): Promise<void> {
  const alone = await cost(new CoreBudget(machine));
  const keeper = await shared(join(folder, 'keeper'));
  const keeping = await cost(keeper.budget);
  await keeper.purse.close();
  const another = await other(join(folder, 'member'));
  const member = await shared(join(folder, 'member'));
  const quiet = await cost(member.budget);
  another.storm();
  const contended = await cost(member.budget);
  await member.purse.close();
  await another.end();
  const row = (us: number) => ({ 'times the process budget': Math.round(us / alone), microseconds: Number(us.toFixed(us < 10 ? 2 : 0)) });
  console.table({
    'budget of the process': row(alone),
    'machine, this process keeps it': row(keeping),
    'machine, another keeps it': row(quiet),
    '… and storms it, 8 at a time': row(contended),
  });
}

if (process.argv[2] === 'other') await beOther(process.argv[3]!);
else {
  const folder = mkdtempSync(join(tmpdir(), 'bench-'));
  await measure(folder).finally(() => rmSync(folder, { recursive: true, force: true }));
}
