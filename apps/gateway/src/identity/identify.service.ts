import { Injectable } from '@nestjs/common';
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';
import { AuthGuard } from '@nestjs/passport';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type CallContext, Failure } from '#contracts';
import type { Gate } from '../http/serve-endpoints.ts';
import type { AccessClaims } from './access-token.ts';
import { ClaimsCache } from './claims-cache.ts';

const faults = new WeakMap<FastifyRequest, Failure>();

/** Why a request has no subject; undefined when it has one. */
export const authFaultOf = (request: FastifyRequest): Failure | undefined => faults.get(request);

/** Longer than any token of ours; what is longer is not worth a signature check. */
const maxTokenLength = 4_096;
const bearerShape = /^Bearer [\w-]+\.[\w-]+\.[\w-]+$/i;

/**
 * Finds out who asks, and lets everybody pass: refusing is for `admit`, after `Limits` has counted the request, so that guessing tokens is
 * limited too. Passport verifies a token once; until it expires its claims are known by the whole header.
 */
@Injectable()
export class Identify extends AuthGuard('jwt') {
  private readonly cache = new ClaimsCache();

  readonly gate: Gate = ({ auth }) => {
    if (auth === 'open') return undefined;
    return (request, reply, call) => {
      const { authorization } = request.headers;
      const known = authorization && this.cache.get(authorization);
      return known ? identify(call, known) : this.verify(request, reply, call);
    };
  };

  private async verify(request: FastifyRequest, reply: FastifyReply, call: CallContext): Promise<void> {
    try {
      const authorization = bearerOf(request.headers.authorization);
      await super.canActivate(new ExecutionContextHost([request, reply]));
      const { user } = request as FastifyRequest & { user: AccessClaims };
      this.cache.set(authorization, user);
      identify(call, user);
    } catch (error) {
      faults.set(request, Failure.from(error));
    }
  }

  /** Called by passport's guard with what the strategy found. */
  override handleRequest<User>(error: unknown, user: User | false, info: unknown): User {
    if (user) return user;
    const why = error ?? info;
    if (why instanceof Failure) throw why;
    const expired = why instanceof Error && why.name === 'TokenExpiredError';
    throw new Failure('unauthenticated', expired ? 'The access token has expired.' : 'The access token is not valid.', { cause: why });
  }
}

function identify(call: CallContext, { sub, roles }: AccessClaims): void {
  call.subject = sub;
  call.roles = roles;
}

/** @returns the header. @throws Failure unauthenticated when there is no bearer token, or nothing that could be one */
function bearerOf(authorization: string | undefined): string {
  if (!authorization) throw new Failure('unauthenticated', 'This needs an access token: Authorization: Bearer ….');
  if (authorization.length <= maxTokenLength && bearerShape.test(authorization)) return authorization;
  throw new Failure('unauthenticated', 'The Authorization header does not hold a bearer token.');
}
