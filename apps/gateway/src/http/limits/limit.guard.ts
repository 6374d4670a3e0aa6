import { type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import {
  InjectThrottlerOptions,
  InjectThrottlerStorage,
  ThrottlerGuard,
  type ThrottlerModuleOptions,
  type ThrottlerRequest,
} from '@nestjs/throttler';
import type { FastifyReply } from 'fastify';
import { Failure } from '#contracts';
import { endpointOf } from '../route.ts';
import type { Verdict } from './allowance.ts';
import { type Policy, policyItem, retryAfterSeconds, stateItem } from './limit-headers.ts';
import { LimitStorage } from './limit-storage.ts';

/** Spends what an endpoint costs from the caller's allowance and says what is left; refuses with 429 when it does not fit. */
@Injectable()
export class LimitGuard extends ThrottlerGuard {
  constructor(
    @InjectThrottlerOptions() options: ThrottlerModuleOptions,
    @InjectThrottlerStorage() private readonly allowances: LimitStorage,
    reflector: Reflector,
  ) {
    super(options, allowances, reflector);
  }

  protected override async shouldSkip(context: ExecutionContext): Promise<boolean> {
    return context.getType() !== 'http' || endpointOf(context.getHandler()) === undefined;
  }

  protected override async handleRequest({ context, limit, ttl, throttler, getTracker }: ThrottlerRequest): Promise<boolean> {
    const { req, res } = this.getRequestResponse(context);
    const policy: Policy = { name: throttler.name ?? 'default', limit, windowMs: ttl };
    const cost = policy.name === 'default' ? (endpointOf(context.getHandler())?.cost ?? 1) : 1;
    if (cost === 0) return true;
    const key = `limit:${policy.name}:${await getTracker(req, context)}`;
    const verdict = await this.allowances.take({ key, cost, limit, windowMs: ttl });
    tell(res as unknown as FastifyReply, policy, verdict);
    if (verdict.allowed) return true;
    throw new Failure('too-many-requests', `The limit of ${limit} per ${ttl / 1_000} s is used up.`, {
      retryAfterSeconds: retryAfterSeconds(verdict),
    });
  }
}

/** Several policies may hold for one request; each adds its item. */
function tell(reply: FastifyReply, policy: Policy, verdict: Verdict): void {
  const add = (name: string, item: string) => reply.header(name, [reply.getHeader(name), item].filter(Boolean).join(', '));
  add('ratelimit-policy', policyItem(policy));
  add('ratelimit', stateItem(policy, verdict));
}
