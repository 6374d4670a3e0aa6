/** The services of one machine draw cores from one purse, also after one of them was killed. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Stack, startStack, until } from '#testing';

let folder: string;
let stack: Stack;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'machine-'));
  stack = await startStack(['gateway', 'audio'], { WORKER_BUDGET: 'machine', WORKER_BUDGET_FOLDER: join(folder, 'shared') });
}, 120_000);
afterAll(async () => {
  await stack?.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function metric(url: string, name: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return Number(new RegExp(`^${name}{[^}]*} (.*)$`, 'm').exec(text)?.[1]);
}
async function expectMembers(url: string, count: number): Promise<void> {
  expect(await until(async () => (await metric(url, 'compute_machine_members')) === count, 20_000)).toBe(true);
}

describe('gateway and audio', () => {
  it('share one purse, and whoever is left keeps it', async () => {
    const audio = stack.services.audio!;
    for (const url of [stack.gatewayUrl, audio.url]) await expectMembers(url, 2);
    await stack.services.gateway!.kill();
    await expectMembers(audio.url, 1);
    expect(await metric(audio.url, 'compute_machine_shared')).toBe(1);
    const ready = await fetch(`${audio.url}/health/ready`);
    expect([ready.status, await ready.json()]).toEqual([
      200,
      expect.objectContaining({ details: expect.objectContaining({ 'machine-budget': { status: 'up' } }) }),
    ]);
    const another = await stack.another('audio');
    await expectMembers(another.url, 2);
  });
});
