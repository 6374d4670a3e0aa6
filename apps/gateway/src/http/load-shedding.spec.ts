import { describe, expect, it } from '@jest/globals';
import type { Endpoint } from './endpoint.ts';
import { LoopDelay, shedding } from './load-shedding.ts';

const ask = (behindMs: number) => shedding({ behindMs }, 500)({} as Endpoint)?.(...([] as unknown as [never, never, never]));

describe('load shedding', () => {
  it('lets everybody in while the event loop keeps up', () => expect(ask(499)).toBeUndefined());
  it('refuses while it is behind, and says when to come back', () => {
    expect(() => ask(1_500)).toThrow(expect.objectContaining({ code: 'overloaded', retryAfterSeconds: 3 }));
  });
  it('measures how late its timer comes, and forgets a single delay quickly', () => {
    let nowMs = 0;
    const delay = new LoopDelay(() => nowMs);
    delay.start();
    const later = (ms: number) => {
      nowMs += ms;
      delay.look();
      return delay.behindMs;
    };
    expect(later(850)).toBe(800);
    expect(later(50)).toBe(400);
    for (let look = 0; look < 10; look++) later(50);
    expect(delay.behindMs).toBeLessThan(1);
    delay.stop();
  });
});
