import { afterEach, describe, expect, it } from '@jest/globals';
import { ManualClock } from '../fixtures/manual-clock.ts';
import { ConnectionFixture } from './testing/connection-fixture.ts';

const fixture = new ConnectionFixture();
afterEach(() => fixture.stop());

/** Two servers that answer 200, fail or hang as told. */
async function startTwo() {
  const modes = ['fine', 'fine'];
  const respond = (index: number) => async (_request: unknown, response: { writeHead(status: number): { end(): void } }) => {
    if (modes[index] !== 'hang') response.writeHead(modes[index] === 'fine' ? 200 : 500).end();
  };
  const receivers = [await fixture.receive(respond(0)), await fixture.receive(respond(1))];
  const clock = new ManualClock();
  let turn = 0;
  const { manager, value } = fixture.manage(receivers, { clock, random: () => (turn++ * 0.618) % 1 });
  const endpoints = receivers.map(({ url }, index) => ({ name: `copy-${index}`, url }));
  const upstream = manager.open({ name: 'provider', endpoints, checks: { path: '/health', everyMs: 30_000 } });
  const health = () => value('audio_pool_health_score', { service_type: 'provider' });
  const send = async (count: number) => {
    const statuses = new Set<number>();
    for (let call = 0; call < count; call++) statuses.add((await upstream.send({ path: '/' })).status);
    return [...statuses];
  };
  return { modes, receivers, clock, upstream, health, send };
}

describe('an upstream of two servers', () => {
  it('answers while one fails; its health falls, and returns with the server', async () => {
    const { modes, clock, health, send } = await startTwo();
    expect(await send(10)).toEqual([200]);
    expect(await health()).toBe(1);
    modes[0] = 'fail';
    expect(await send(40)).toEqual([200]);
    expect(await health()).toBe(0.5); // the breaker of one is open
    modes[0] = 'fine';
    await clock.advance(5_000);
    await send(100);
    expect(await health()).toBe(1);
  });

  it('is refused at once when both have failed for a while, and recovers through a trial', async () => {
    const { modes, receivers, clock, upstream, health, send } = await startTwo();
    modes.fill('fail');
    for (let call = 0; call < 60; call++) await upstream.send({ path: '/', isRepeatable: false }).catch(() => undefined);
    expect(await health()).toBe(0);
    const asked = receivers.map(({ requests }) => requests.length);
    await expect(upstream.send({ path: '/' })).rejects.toMatchObject({ code: 'service-unavailable' });
    expect(receivers.map(({ requests }) => requests.length)).toEqual(asked);
    modes.fill('fine');
    await clock.advance(5_000);
    expect(await send(100)).toEqual([200]);
    expect(await health()).toBe(1);
  });

  it('asks the other server when one hangs', async () => {
    const { modes, receivers, clock, upstream } = await startTwo();
    modes[0] = 'hang';
    const answers = [upstream.send({ path: '/' }), upstream.send({ path: '/' })];
    await Promise.race(answers);
    while (receivers[0]!.requests.length === 0) await new Promise((resolve) => setImmediate(resolve));
    await clock.advance(15_000);
    expect((await Promise.all(answers)).map(({ endpoint }) => endpoint)).toEqual(['copy-1', 'copy-1']);
  });

  it('checks servers that nobody has asked since the last check', async () => {
    const { receivers, clock, send } = await startTwo();
    await send(1);
    await clock.advance(30_000);
    const isChecked = () => receivers.every(({ requests }) => requests.some(({ url }) => url === '/health'));
    while (!isChecked()) await new Promise((resolve) => setImmediate(resolve));
    expect(isChecked()).toBe(true);
  });
});
