import { Inject, Injectable } from '@nestjs/common';
import { InjectThrottlerStorage } from '@nestjs/throttler';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Counter, register } from 'prom-client';
import { armOf, type CallContext, type ExperimentArm, Failure } from '#contracts';
import type { Verdict } from './allowance.ts';
import { ClientAddresses } from './client-addresses.ts';
import { policyItem, retryAfterSeconds, stateItem } from './limit-headers.ts';
import { type Limited, type LimitPolicy, limitPolicies } from './limit-policy.ts';
import { LimitStorage } from './limit-storage.ts';
import { LIMITS_CONFIG, type LimitsConfig } from './limits.config.ts';

type Check = (request: FastifyRequest, reply: FastifyReply, call: CallContext) => void | Promise<void>;

@Injectable() // decides whether a caller has enough of an allowance left for what he asks
export class Limits {
  private readonly policies: readonly LimitPolicy[];

  constructor(
    @InjectThrottlerStorage() private readonly allowances: LimitStorage,
    addresses: ClientAddresses,
    @Inject(LIMITS_CONFIG) config: LimitsConfig,
  ) {
    this.policies = limitPolicies(config, addresses);
  }

  /** Spends what an endpoint costs and says what is left; refuses with 429 when it does not fit. */
  readonly gate = (endpoint: Limited): Check | undefined => {
    const checks = this.policies.flatMap((policy) => {
      const cost = policy.costOf(endpoint);
      return cost > 0 ? [this.check(policy, cost)] : [];
    });
    const [only] = checks;
    return checks.length > 1 ? inTurn(checks) : only;
  };

  /** Addresses that are not there cost a unit too: who looks for doors knocks at many. */
  async spendOnNothing(request: FastifyRequest, reply: FastifyReply, call: CallContext): Promise<void> {
    await this.check(this.policies[0]!, 1)(request, reply, call);
  }

  private check(policy: LimitPolicy, cost: number): Check {
    const { experimentLimit } = policy;
    if (experimentLimit === undefined) return this.checkOf(policy, cost);
    const byArm = {
      control: counted('control', this.checkOf(policy, cost)),
      treatment: counted('treatment', this.checkOf({ ...policy, limit: experimentLimit }, cost)),
    };
    return (request, reply, call) => {
      const tracker = policy.trackerOf(request, call);
      return tracker === undefined ? undefined : byArm[armOf(policy.name, tracker)](request, reply, call);
    };
  }

  private checkOf(policy: LimitPolicy, cost: number): Check {
    const { limit, windowMs, name } = policy;
    const item = policyItem(policy);
    const settle = (reply: FastifyReply, verdict: Verdict) => {
      tell(reply, item, stateItem(policy, verdict));
      if (!verdict.allowed) throw refusal(policy, verdict);
    };
    return (request, reply, call) => {
      const tracker = policy.trackerOf(request, call);
      if (tracker === undefined) return undefined;
      const verdict = this.allowances.take({ key: `limit:${name}:${tracker}`, cost, limit, windowMs });
      return verdict instanceof Promise ? verdict.then((later) => settle(reply, later)) : settle(reply, verdict);
    };
  }
}

const counter = {
  name: 'gateway_limit_experiment_requests_total',
  help: 'Requests under a rate limit that is compared with another value, by arm and outcome; absent without an experiment.',
  labelNames: ['experiment_arm', 'outcome'] as const,
};

function counted(arm: ExperimentArm, check: Check): Check {
  const known = register.getSingleMetric(counter.name) as Counter<'experiment_arm' | 'outcome'> | undefined;
  const requests = known ?? new Counter(counter);
  const [allowed, limited] = ['allowed', 'limited'].map((outcome) => requests.labels({ experiment_arm: arm, outcome }));
  for (const each of [allowed!, limited!]) each.inc(0);
  return async (...request) => {
    try {
      await check(...request);
      allowed!.inc();
    } catch (error) {
      limited!.inc();
      throw error;
    }
  };
}

const inTurn =
  (checks: readonly Check[]): Check =>
  async (...request) => {
    for (const check of checks) await check(...request);
  };

const refusal = ({ limit, windowMs }: LimitPolicy, verdict: Verdict) =>
  new Failure('too-many-requests', `The limit of ${limit} per ${windowMs / 1_000} s is used up.`, {
    retryAfterSeconds: retryAfterSeconds(verdict),
  });

/** Several policies may hold for one request; each adds its item. */
function tell(reply: FastifyReply, policy: string, state: string): void {
  const before = reply.getHeader('ratelimit-policy');
  reply.header('ratelimit-policy', before ? `${before}, ${policy}` : policy);
  reply.header('ratelimit', before ? `${reply.getHeader('ratelimit')}, ${state}` : state);
}
