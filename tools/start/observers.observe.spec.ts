import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { freePort, type ManagedServer, until } from '#testing/servers';
import { type ObserverName, startObservers } from './observers.ts';

const folder = mkdtempSync(join(tmpdir(), 'rafaga-observers-'));
let observers: ReadonlyMap<ObserverName, ManagedServer>;
beforeAll(async () => {
  const services = new Map([['gateway', `http://127.0.0.1:${await freePort()}`]]);
  observers = await startObservers({ folder, services, environment: process.env, onSpawn: () => undefined });
}, 60_000);
afterAll(async () => {
  for (const server of observers?.values() ?? []) await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

describe('Prometheus beside a local platform', () => {
  it('names the service of a target that does not answer, and has the rules', async () => {
    const url = observers.get('prometheus')!.url;
    const read = async (path: string) => (await (await fetch(url + path)).json()) as { data: { result?: { value: [number, string] }[] } };
    const up = async () => (await read('/api/v1/query?query=up%7Bservice%3D%22gateway%22%7D')).data.result?.[0]?.value[1];
    expect(await until(async () => (await up()) === '0', 30_000)).toBe(true);
    expect(JSON.stringify(await read('/api/v1/rules'))).toContain('ServiceAbsent');
  }, 60_000);
});
