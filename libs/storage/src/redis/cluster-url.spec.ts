import { describe, expect, it } from '@jest/globals';
import { clusterAddress } from './cluster-url.ts';

describe('the address of a Redis Cluster', () => {
  it('names a node, further nodes and who we are', () => {
    expect(clusterAddress('redis-cluster://ana:p%40ss@one.example:7000?nodes=two.example:7001,[::1]:7002')).toEqual({
      seeds: [
        { host: 'one.example', port: 7_000 },
        { host: 'two.example', port: 7_001 },
        { host: '::1', port: 7_002 },
      ],
      username: 'ana',
      password: 'p@ss',
      isTls: false,
    });
    expect(clusterAddress('rediss-cluster://one')).toEqual({ seeds: [{ host: 'one', port: 6_379 }], isTls: true });
  });
  it('is another one than that of a single Redis', () => {
    for (const url of ['redis://one:6379', 'rediss://one', 'nats://one']) expect(clusterAddress(url)).toBeUndefined();
  });
  it.each(['two', 'two:', 'two:99999', ':7000'])('refuses %s as a further node', (node) => {
    expect(() => clusterAddress(`redis-cluster://one?nodes=${node}`)).toThrow(RangeError);
  });
});
