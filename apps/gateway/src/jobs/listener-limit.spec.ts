import { describe, expect, it } from '@jest/globals';
import { ListenerLimit } from './listener-limit.ts';

const limit = () => new ListenerLimit({ perOwner: 2, altogether: 3 });

describe('ListenerLimit', () => {
  it('refuses one stream too many of one person, and lets others in', () => {
    const streams = limit();
    streams.enter('ana');
    streams.enter('ana');
    expect(() => streams.enter('ana')).toThrow(expect.objectContaining({ code: 'too-many-requests' }));
    expect(() => streams.enter('bea')).not.toThrow();
  });

  it('refuses one stream too many altogether', () => {
    const streams = limit();
    for (const owner of ['ana', 'bea', 'cruz']) streams.enter(owner);
    expect(() => streams.enter('dora')).toThrow(expect.objectContaining({ code: 'overloaded', retryAfterSeconds: 10 }));
  });

  it('gives a place back once, however often it is told', () => {
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
