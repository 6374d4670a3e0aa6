import { describe, expect, it } from '@jest/globals';
import { parseRetryAfter } from './retry-after-header.ts';

describe('Retry-After', () => {
  it('is parsed as seconds and as a date', () => {
    expect(parseRetryAfter('120')).toBe(120);
    expect(parseRetryAfter('Sat, 21 Nov 2026 00:01:00 GMT', Date.UTC(2026, 10, 21))).toBe(60);
    expect(parseRetryAfter('Fri, 20 Nov 2026 00:01:00 GMT', Date.UTC(2026, 10, 21))).toBe(0);
  });
  it.each([undefined, '', 'soon', '-1 s', '1e99'])('is ignored when invalid: %j', (header) => {
    expect([undefined, 0]).toContain(parseRetryAfter(header));
  });
});
