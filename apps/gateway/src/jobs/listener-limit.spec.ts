import { describe, expect, it } from '@jest/globals';
import { ListenerLimit } from './listener-limit.ts';

const limit = () => new ListenerLimit({ perOwner: 2, altogether: 3 });

describe('ListenerLimit', () => {
  it('rejects streams beyond the limit per owner, without affecting others', () => {
    const streams = limit();
    streams.enter('ana');
    streams.enter('ana');
    expect(() => streams.enter('ana')).toThrow(expect.objectContaining({ code: 'too-many-requests' }));
    expect(() => streams.enter('bea')).not.toThrow();
  });

  it('rejects streams beyond the limit per process', () => {
    const streams = limit();
    for (const owner of ['ana', 'bea', 'cruz']) streams.enter(owner);
    expect(() => streams.enter('dora')).toThrow(expect.objectContaining({ code: 'overloaded', retryAfterSeconds: 10 }));
  });

  it('releases a slot once for repeated calls', () => {
    const streams = limit();
    const leave = streams.enter('ana');
    streams.enter('bea');
    leave();
    leave();
    expect(streams.total).toBe(1);
    streams.enter('ana');
    streams.enter('ana');
    expect(streams.total).toBe(3);
  });
});
