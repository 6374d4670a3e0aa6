/** One purse for several real processes: they storm it, freeze, and are killed. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Span, Spender } from './fixtures/spenders.ts';
import type { MachineTimes } from './machine-options.ts';

let parent: string;
let folder: string;
let spenders: Spender[];

beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'purse-'));
  folder = join(parent, 'shared');
  spenders = [];
});
afterEach(async () => {
  await Promise.all(spenders.map((one) => one.kill()));
  rmSync(parent, { recursive: true, force: true });
});

const cores = 4;
/** Much is told, and nobody counts as frozen only because this machine is busy. */
const quick: Partial<MachineTimes> = { heartbeatMs: 50, silentBeats: 100, settleMs: 10_000, patienceMs: 10_000 };

/** Processes that have found each other; the first one keeps the purse. */
async function share(count: number, times: Partial<MachineTimes> = quick): Promise<Spender[]> {
  for (let i = 0; i < count; i++) {
    const one = new Spender(folder, cores, times);
    spenders.push(one);
    await one.until(({ mode, state }) => mode === 'shared' && state.members === i + 1);
  }
  return spenders.slice(-count);
}

/** The most cores that were held at one moment. */
function most(spans: readonly Span[]): number {
  const changes = spans.flatMap(([from, to, held]) => [[from, held] as const, [to, -held] as const]);
  changes.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  let [now, highest] = [0, 0];
  for (const [, change] of changes) {
    now += change;
    highest = Math.max(highest, now);
  }
  return highest;
}
const keeperOf = async (all: readonly Spender[]) => {
  const seen = await Promise.all(all.map(async (one) => ({ one, seen: await one.look() })));
  const [keeper, ...more] = seen.filter((each) => each.seen.keeps).map(({ one }) => one);
  expect(more).toEqual([]);
  return keeper;
};
/** The one that keeps the purse for all of them, as soon as they have found each other. */
async function nextKeeper(all: readonly Spender[]): Promise<Spender> {
  await Promise.all(all.map((one) => one.until(({ mode, state }) => mode === 'shared' && state.members === all.length)));
  return (await keeperOf(all))!;
}

describe('processes that share a machine', () => {
  it('never spend more than its cores, whatever they all ask for, and let none lie idle', async () => {
    const four = await share(4);
    for (const one of four) one.storm(20);
    for (let beat = 0; beat < 10; beat++) await four[0]!.until(({ state }) => state.usedCores > cores - 1 && state.waiters > 3);
    const each = await Promise.all(four.map((one) => one.calm()));
    const spans = each.flat();
    expect(Math.min(...each.map(({ length }) => length))).toBeGreaterThan(spans.length / 8);
    expect(most(spans)).toBeLessThanOrEqual(cores);
    expect(most(spans)).toBeGreaterThan(cores - 1);
    await four[0]!.until(({ state }) => state.usedCores === 0 && state.waiters === 0);
  });

  it('begin at the same moment and agree on one keeper', async () => {
    const six = Array.from({ length: 6 }, () => new Spender(folder, cores, quick));
    spenders.push(...six);
    expect(six).toContain(await nextKeeper(six));
  });

  it('are served in the order in which they came, also behind somebody who asks for very much', async () => {
    const [greedy, modest] = await share(2);
    for (let i = 0; i < 4; i++) await greedy!.take(`held ${i}`, 1);
    for (let i = 0; i < 40; i++) greedy!.ask(`more ${i}`, 1);
    await greedy!.until(({ usedCores }) => usedCores === cores);
    modest!.ask('one', 1);
    await modest!.until(({ waiters }) => waiters === 1);
    for (let i = 0; i < 4; i++) await greedy!.give(`held ${i}`);
    const served = await modest!.taken('one');
    const before = [];
    for (let i = 0; i < 4; i++) if (greedy!.has(`more ${i}`)) before.push((await greedy!.taken(`more ${i}`)).atUs < served.atUs);
    expect(before.filter(Boolean).length).toBeLessThanOrEqual(3);
  });

  it('do not starve the one that needs all cores', async () => {
    const [small, large, other] = await share(3);
    await small!.take('held', 1);
    large!.ask('all', cores);
    await large!.until(({ waiters }) => waiters === 1);
    other!.ask('late', 1);
    await small!.until(({ state }) => state.waiters === 2);
    expect([large!.has('all'), other!.has('late')]).toEqual([false, false]);
    await small!.give('held');
    const { atUs } = await large!.taken('all');
    await large!.give('all');
    expect((await other!.taken('late')).atUs).toBeGreaterThan(atUs);
  });
});

describe('a process that is killed', () => {
  it('gives back what it held, at once', async () => {
    const [keeper, holder, waiting] = await share(3);
    await holder!.take('all', cores);
    waiting!.ask('next', cores);
    await keeper!.until(({ state }) => state.waiters === 1);
    await holder!.kill();
    expect((await waiting!.taken('next')).cores).toBe(cores);
  });

  it('and kept the purse loses nothing: others go on holding, nobody exceeds it, the line keeps its order, though some are slow', async () => {
    const [keeper, holder, first, second] = await share(4);
    await keeper!.take('gone', 1);
    await holder!.take('kept', 3);
    first!.ask('three', 3);
    await first!.until(({ state }) => state.waiters === 1);
    second!.ask('one', 1);
    await second!.until(({ state }) => state.waiters === 2);
    for (const slow of [holder!, first!]) slow.signal('SIGSTOP');
    await keeper!.kill();
    await second!.until(({ keeps, state }) => keeps && state.members === 1 && state.waiters === 1 && state.usedCores === 0);
    for (const slow of [holder!, first!]) slow.signal('SIGCONT');
    const next = await nextKeeper([holder!, first!, second!]);
    await next.until(({ state }) => state.usedCores === 3 && state.waiters === 2);
    await holder!.give('kept');
    const [three, one] = [await first!.taken('three'), await second!.taken('one')];
    expect([three.cores, one.cores]).toEqual([3, 1]);
    await next.until(({ state }) => state.usedCores === cores && state.waiters === 0);
  });

  it('again and again while all storm: never more than the cores among those alive, and every request is served', async () => {
    const all = await share(5);
    for (const one of all) one.storm(20);
    for (let round = 0; round < 2; round++) {
      const keeper = await nextKeeper(all);
      await keeper.kill();
      all.splice(all.indexOf(keeper), 1);
    }
    const last = await nextKeeper(all);
    const settledUs = Number(process.hrtime.bigint() / 1000n);
    await last.until(({ state }) => state.usedCores > cores - 1 && state.waiters > 0);
    const each = await Promise.all(all.map((one) => one.calm()));
    expect(most(each.flat())).toBeLessThanOrEqual(cores);
    for (const spans of each) expect(spans.filter(([from]) => from > settledUs).length).toBeGreaterThan(0);
  });

  it('leaves a socket that stands in nobody’s way', async () => {
    const [only] = await share(1);
    await only!.kill();
    expect(readdirSync(folder).sort()).toEqual(['budget-v1.lock', 'budget-v1.members', 'budget-v1.sock']);
    const [next] = await share(1);
    await next!.take('all', cores);
  });
});

describe('a process that is frozen', () => {
  it('is not waited for: what it held is free until it wakes, then counts again', async () => {
    const [keeper, frozen] = await share(2, { ...quick, silentBeats: 10 });
    await frozen!.take('half', 2);
    frozen!.signal('SIGSTOP');
    await keeper!.take('all', cores);
    frozen!.signal('SIGCONT');
    await keeper!.until(({ state }) => state.usedCores === cores + 2);
    keeper!.ask('more', 1);
    await keeper!.give('all');
    expect((await keeper!.taken('more')).cores).toBe(1);
  });

  it('and kept the purse leaves the others with budgets of their own, until it wakes', async () => {
    const [keeper, one, other] = await share(3, { heartbeatMs: 50, patienceMs: 200, retryMs: 50 });
    await one!.take('held', 3);
    keeper!.signal('SIGSTOP');
    await other!.take('own', 3);
    expect((await other!.look()).mode).toBe('alone');
    keeper!.signal('SIGCONT');
    await keeper!.until(({ state }) => state.members === 3 && state.usedCores === 6);
  });
});

describe('the last one to leave', () => {
  it('takes the socket and the list with it; whoever stays takes over before', async () => {
    const [keeper, other] = await share(2);
    await other!.take('two', 2);
    await keeper!.close();
    await other!.until(({ keeps, state }) => keeps && state.members === 1 && state.usedCores === 2);
    await other!.close();
    expect(readdirSync(folder)).toEqual(['budget-v1.lock']);
  });
});
