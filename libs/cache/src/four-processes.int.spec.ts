import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type OwnServer, startRedis, until } from '#testing';
import { StormCrew } from './testing/storm-crew.ts';

const boundMs = 1_000;
/** What clocks, timers and a busy machine may add when we look from outside. */
const toleranceMs = 400;
const keys = 60;

describe('four processes with one Redis', () => {
  let server: OwnServer;
  let crew: StormCrew;
  beforeAll(async () => {
    server = await startRedis();
    crew = await StormCrew.start(4, server.url, boundMs);
  });
  afterAll(async () => {
    await crew.leave();
    await server.stop();
  });

  it('load once when two hundred requests arrive at once', async () => {
    const before = crew.reads;
    await crew.all({ kind: 'rush', key: 'hot', times: 50 });
    expect(crew.reads - before).toBe(1);
  });

  it('serve nothing past the bound and lose no write through ten thousand steps and two deaths of Redis', async () => {
    const storm = crew.all({ kind: 'storm', steps: 2_500, keys });
    for (const share of [0.25, 0.6]) {
      expect(await until(async () => crew.observations.length >= share * 10_000, 60_000)).toBe(true);
      await server.kill();
      await server.restart();
    }
    await storm;
    const endMs = Date.now();
    expect(await until(async () => Date.now() > endMs + boundMs + toleranceMs, 10_000)).toBe(true);
    const soFar = crew.observations.length;
    await crew.all({ kind: 'readAll', keys });

    const last = crew.observations.slice(soFar);
    expect(soFar).toBe(10_000);
    expect(last.filter(({ key, version }) => version !== crew.versions.get(key))).toEqual([]);
    expect(crew.staleReads(boundMs + toleranceMs)).toEqual([]);
    expect(crew.unhandled).toEqual([]);
    expect(crew.coldHits).toBeGreaterThan(0);
    expect(crew.reads).toBeLessThan(8_000);
  }, 120_000);
});
