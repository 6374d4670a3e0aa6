import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type ManagedServer, startRedis, until } from '#testing';
import { StressWorkers } from './testing/stress-workers.ts';

const boundMs = 1_000;
/** What clocks, timers and a busy machine may add when we look from outside. */
const toleranceMs = 400;
const keys = 60;

describe('four processes with one Redis', () => {
  let server: ManagedServer;
  let workers: StressWorkers;
  beforeAll(async () => {
    server = await startRedis();
    workers = await StressWorkers.start(4, server.url, boundMs);
  });
  afterAll(async () => {
    await workers.stop();
    await server.stop();
  });

  it('load once for two hundred concurrent requests', async () => {
    const before = workers.reads;
    await workers.all({ kind: 'rush', key: 'hot', times: 50 });
    expect(workers.reads - before).toBe(1);
  });

  it('serve nothing stale beyond the bound through ten thousand steps and two kills of Redis', async () => {
    const stress = workers.all({ kind: 'stress', steps: 2_500, keys });
    for (const share of [0.25, 0.6]) {
      expect(await until(async () => workers.observations.length >= share * 10_000, 60_000)).toBe(true);
      await server.kill();
      await server.restart();
    }
    await stress;
    const endMs = Date.now();
    expect(await until(async () => Date.now() > endMs + boundMs + toleranceMs, 10_000)).toBe(true);
    const soFar = workers.observations.length;
    await workers.all({ kind: 'readAll', keys });

    const last = workers.observations.slice(soFar);
    expect(soFar).toBe(10_000);
    expect(last.filter(({ key, version }) => version !== workers.versions.get(key))).toEqual([]);
    expect(workers.staleReads(boundMs + toleranceMs)).toEqual([]);
    expect(workers.unhandled).toEqual([]);
    expect(workers.coldHits).toBeGreaterThan(0);
    expect(workers.reads).toBeLessThan(8_000);
  }, 120_000);
});
