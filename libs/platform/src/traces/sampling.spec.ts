import { describe, expect, it } from '@jest/globals';
import { openCall } from '../calls/request-context.ts';
import { isSampled } from './otlp.ts';

const fresh = () => openCall({ deadlineMs: 1_000 }).traceparent;

describe('a trace', () => {
  it('is recorded by the share that is configured', () => {
    const sampled = Array.from({ length: 4_000 }, fresh).filter((traceparent) => isSampled(traceparent, 0.25)).length;
    expect(sampled).toBeGreaterThan(800);
    expect(sampled).toBeLessThan(1_200);
    expect(isSampled(fresh(), 1)).toBe(true);
    expect(isSampled(fresh(), 0)).toBe(false);
  });
  it('is recorded as a whole: every span of it decides the same', () => {
    const trace = `00-${'ab'.repeat(16)}`;
    const decisions = new Set(['1', '2', '3'].map((id) => isSampled(`${trace}-${id.repeat(16)}-01`, 0.5)));
    expect(decisions.size).toBe(1);
  });
  it('is not recorded when the client says so', () => expect(isSampled(fresh().replace(/01$/, '00'), 1)).toBe(false));
});
