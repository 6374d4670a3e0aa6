import { availableParallelism } from 'node:os';
import { describe, expect, it } from '@jest/globals';
import type { FactoryProvider } from '@nestjs/common';
import type { ConcurrencyLimiter } from '#compute';
import { platformConfig } from '../config/platform-config.ts';
import { Lifecycle } from '../probes/lifecycle.ts';
import { concurrencyLimiterProvider, defaultMemoryBytes } from './concurrency-limiter.provider.ts';

const required = {
  DATABASE_URL: 'postgres://localhost/x',
  REDIS_URL: 'redis://localhost',
  NATS_URL: 'nats://localhost',
  BLOB_STORE_URL: 'file:///x',
};

function open(settings: object): ConcurrencyLimiter {
  const config = platformConfig.parse({ ...required, ...settings });
  const [provider] = concurrencyLimiterProvider({ name: 'audio', config, compute: true }) as [FactoryProvider<ConcurrencyLimiter>];
  return provider.useFactory(new Lifecycle()) as ConcurrencyLimiter;
}

describe('the concurrency limiter of a service', () => {
  it('has the configured cores and memory', () => {
    expect(open({ WORKER_CORES: '1.5', WORKER_MEMORY_MB: '100' })).toMatchObject({ cores: 1.5, memoryBytes: 100 * 1_048_576 });
  });

  it('has every core and the default memory by default', () => {
    expect(open({})).toMatchObject({ cores: availableParallelism(), memoryBytes: defaultMemoryBytes() });
  });

  it('is not created for a service without jobs and threads', () => {
    expect(concurrencyLimiterProvider({ name: 'health', config: platformConfig.parse(required) })).toEqual([]);
  });
});

describe('the default memory limit', () => {
  it.each([
    ['a quarter of a machine', 0, 8_000, 2_000],
    ['a quarter of a machine whose cgroup has no limit', 2 ** 60, 8_000, 2_000],
    ['three quarters of a container', 1_000, 8_000, 750],
  ])('is %s', (_what, container, machine, expected) => expect(defaultMemoryBytes(container, machine)).toBe(expected));
});
