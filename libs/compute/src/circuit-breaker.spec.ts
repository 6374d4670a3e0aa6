import { describe, expect, it } from '@jest/globals';
import { Registry } from 'prom-client';
import { Failure } from '#contracts';
import { CircuitBreaker } from './circuit-breaker.ts';
import { ManualClock } from './fixtures/manual-clock.ts';

const start = () => {
  const clock = new ManualClock();
  const registry = new Registry();
  const breaker = new CircuitBreaker({ name: 'provider', window: 10, minCalls: 4, failureRatio: 0.5, openMs: 5_000, clock, registry });
  const succeed = () => breaker.run(async () => 'fine');
  const fail = (error: unknown = new Error('down')) => breaker.run(() => Promise.reject(error)).catch((thrown: unknown) => thrown);
  const open = async () => {
    for (let call = 0; call < 4; call++) await fail();
  };
  return { clock, registry, breaker, succeed, fail, open };
};

describe('CircuitBreaker', () => {
  it('opens when half of the calls fail, not before there are enough of them', async () => {
    const { breaker, succeed, fail } = start();
    await Promise.all([succeed(), succeed()]);
    await fail();
    expect(breaker.state).toBe('closed');
    await fail();
    expect(breaker.state).toBe('open');
  });

  it('forgets what is further back than its window', async () => {
    const { breaker, succeed, fail } = start();
    await Promise.all([succeed(), succeed(), succeed(), succeed()]);
    for (let call = 0; call < 3; call++) await fail();
    for (let call = 0; call < 10; call++) await succeed();
    for (let call = 0; call < 4; call++) await fail();
    expect(breaker.state).toBe('closed');
  });

  it('refuses at once while it is open, and says for how long', async () => {
    const { breaker, clock, open } = start();
    await open();
    await clock.advance(1_500);
    let called = false;
    const refused = breaker.run(async () => {
      called = true;
    });
    await expect(refused).rejects.toMatchObject({ code: 'service-unavailable', retryAfterSeconds: 4 });
    expect(called).toBe(false);
  });

  it('lets one call try after its time, and closes when that succeeds', async () => {
    const { breaker, clock, open, succeed } = start();
    await open();
    await clock.advance(5_000);
    const answer = Promise.withResolvers<string>();
    const trial = breaker.run(() => answer.promise);
    expect(breaker.state).toBe('half-open');
    await expect(succeed()).rejects.toMatchObject({ code: 'service-unavailable' });
    answer.resolve('back');
    expect([await trial, breaker.state]).toEqual(['back', 'closed']);
  });

  it('opens again when the trial fails', async () => {
    const { breaker, clock, open, fail } = start();
    await open();
    await clock.advance(5_000);
    await fail();
    expect(breaker.state).toBe('open');
  });

  it('does not count what the caller did wrong', async () => {
    const { breaker, fail } = start();
    for (let call = 0; call < 10; call++) await fail(new Failure('request-invalid', 'no'));
    expect(breaker.state).toBe('closed');
  });

  it('does not let an answer from before decide the trial', async () => {
    const { breaker, clock, open } = start();
    const old = Promise.withResolvers<string>();
    const slow = breaker.run(() => old.promise);
    await open();
    await clock.advance(5_000);
    void breaker.run(() => new Promise(() => undefined));
    old.resolve('late');
    await slow;
    expect(breaker.state).toBe('half-open');
  });

  it('shows its state', async () => {
    const { registry, open } = start();
    await open();
    expect(await registry.metrics()).toContain('compute_breaker_state{breaker="provider"} 2');
  });
});
