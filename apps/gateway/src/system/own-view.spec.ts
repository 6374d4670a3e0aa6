import { describe, expect, it } from '@jest/globals';
import { systemHealth } from '#contracts';
import { ownView } from './own-view.ts';

const failure = { message: 'The message bus is not reachable.' };
const view = (dependencies: Parameters<typeof ownView>[0]['dependencies']) =>
  systemHealth.parse(ownView({ dependencies, failure, last: undefined, sinceMs: 0, nowMs: 5_000 }));

describe("the gateway's own view", () => {
  it('names a dependency that is down, and that the rest is unknown', () => {
    const { grade, score, causes } = view([
      { name: 'nats', required: true, up: false, detail: 'no answer in time' },
      { name: 'redis', required: false, up: true },
    ]);
    expect([grade, score]).toEqual(['critical', 0]);
    expect(causes.map(({ code, component, since }) => [code, component, since])).toEqual([
      ['dependency-down', 'nats', '1970-01-01T00:00:00.000Z'],
      ['health-unknown', 'health', '1970-01-01T00:00:00.000Z'],
    ]);
  });
  it('is degraded while only the health service is missing', () => {
    expect(view([{ name: 'nats', required: true, up: true }])).toMatchObject({ grade: 'degraded', score: 0.5 });
  });
});
