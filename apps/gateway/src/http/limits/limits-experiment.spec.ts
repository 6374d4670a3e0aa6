import { describe, expect, it } from '@jest/globals';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { register } from 'prom-client';
import { armOf, type CallContext } from '#contracts';
import type { ClientAddresses } from './client-addresses.ts';
import type { LimitStorage } from './limit-storage.ts';
import type { LimitsConfig } from './limits.config.ts';
import { Limits } from './limits.service.ts';

/** Everybody has spent 15 units. */
const allowances = { take: ({ limit }: { limit: number }) => ({ allowed: limit > 15, remaining: 0, waitMs: 1_000 }) };
const limits = new Limits(
  allowances as unknown as LimitStorage,
  { of: () => '192.0.2.1' } as unknown as ClientAddresses,
  { GATEWAY_RATE_LIMIT_PER_MINUTE: 10, GATEWAY_RATE_LIMIT_EXPERIMENT_PER_MINUTE: 20 } as unknown as LimitsConfig,
);
const subjectIn = (arm: string) =>
  Array.from({ length: 50 }, (_, index) => `user ${index}`).find((user) => armOf('default', user) === arm)!;

async function ask(subject: string): Promise<string> {
  const headers = new Map<string, string>();
  const reply = { header: (name: string, value: string) => headers.set(name, value), getHeader: (name: string) => headers.get(name) };
  const check = limits.gate({})!;
  await Promise.resolve(check({} as FastifyRequest, reply as unknown as FastifyReply, { subject } as CallContext)).catch(() => undefined);
  return headers.get('ratelimit-policy')!;
}

describe('an experiment on the rate limit', () => {
  it('gives half of the subjects the other limit, says it to them, and counts both', async () => {
    expect([await ask(subjectIn('control')), await ask(subjectIn('treatment'))]).toEqual(['"default";q=10;w=60', '"default";q=20;w=60']);
    const { values } = await register.getSingleMetric('gateway_limit_experiment_requests_total')!.get();
    expect(values.map(({ labels, value }) => `${labels.experiment_arm} ${labels.outcome} ${value}`).sort()).toEqual([
      'control allowed 0',
      'control limited 1',
      'treatment allowed 1',
      'treatment limited 0',
    ]);
  });
});
