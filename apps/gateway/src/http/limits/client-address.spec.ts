import { describe, expect, it } from '@jest/globals';
import { clientAddress } from './client-address.ts';

describe('clientAddress', () => {
  it('believes no header when no proxy of ours is in front', () => {
    expect(clientAddress('203.0.113.9', '1.2.3.4', 0)).toBe('203.0.113.9');
  });
  it('believes only what our own proxies appended', () => {
    expect(clientAddress('10.0.0.2', '1.2.3.4, 203.0.113.9', 1)).toBe('203.0.113.9');
    expect(clientAddress('10.0.0.2', '1.2.3.4, 203.0.113.9, 10.0.0.7', 2)).toBe('203.0.113.9');
  });
  it('takes the peer when the header is missing', () => {
    expect(clientAddress('203.0.113.9', undefined, 1)).toBe('203.0.113.9');
  });
  it('counts an IPv6 subscriber by /64, so that changing the lower half buys nothing', () => {
    expect(clientAddress('2001:db8:1:2:aaaa::1', undefined, 0)).toBe(clientAddress('2001:db8:1:2:bbbb::2', undefined, 0));
    expect(clientAddress('2001:db8:1:3::1', undefined, 0)).not.toBe(clientAddress('2001:db8:1:2::1', undefined, 0));
  });
  it('sees through IPv4 addresses written as IPv6', () => {
    expect(clientAddress('::ffff:203.0.113.9', undefined, 0)).toBe('203.0.113.9');
  });
});
