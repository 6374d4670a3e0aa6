import { describe, expect, it } from '@jest/globals';
import { currentCall, identifyCall, nextSpan, openCall, requireSubject, runInCall } from './request-context.ts';

const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

describe('openCall', () => {
  it('goes on with the trace it was given, in a span of its own', () => {
    const call = openCall({ deadlineMs: 10, traceparent });
    expect(call.traceparent).toMatch(/^00-0af7651916cd43dd8448eb211c80319c-[0-9a-f]{16}-01$/);
    expect(call.traceparent).not.toBe(traceparent);
  });
  it.each([undefined, '', 'nonsense', `${traceparent}-more`, `00-${'0'.repeat(32)}-b7ad6b7169203331-01`, ['a', 'b']])(
    'starts a trace where %j came',
    (given) => {
      expect(openCall({ deadlineMs: 10, traceparent: given }).traceparent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
    },
  );
  it('keeps a well-formed request id', () => {
    expect(openCall({ deadlineMs: 10, requestId: 'abc-1.2_3' }).requestId).toBe('abc-1.2_3');
  });
  it.each(['', 'a\r\nSet-Cookie: x', 'x'.repeat(129), 'ümlaut', 7])('replaces the request id %j', (requestId) => {
    expect(openCall({ deadlineMs: 10, requestId }).requestId).toMatch(/^[0-9a-f-]{36}$/);
  });
  it('counts the deadline from now', () => {
    expect(openCall({ deadlineMs: 250, nowMs: 1_000 }).deadlineAtMs).toBe(1_250);
  });
});

describe('a call', () => {
  it('is there after every await inside it and nowhere else', async () => {
    const call = openCall({ deadlineMs: 10 });
    const inside = runInCall(call, async () => {
      await Promise.resolve();
      return currentCall();
    });
    expect(currentCall()).toBeUndefined();
    expect(await inside).toBe(call);
  });
  it('has no user until the guards say who asks', () => {
    runInCall(openCall({ deadlineMs: 10 }), () => {
      expect(() => requireSubject()).toThrow(expect.objectContaining({ code: 'unauthenticated' }));
      identifyCall('5b9e3e4e-6a37-4d7b-9f0e-2c9b0d3f7a11', ['user']);
      expect(requireSubject()).toBe('5b9e3e4e-6a37-4d7b-9f0e-2c9b0d3f7a11');
    });
  });
});

describe('nextSpan', () => {
  it('keeps the flags', () => expect(nextSpan(traceparent.replace(/01$/, '00'))).toMatch(/-00$/));
});
