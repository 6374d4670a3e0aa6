import { type ExecutionContext, Injectable } from '@nestjs/common';
import { AuthGuard } from '@nestjs/passport';
import type { FastifyRequest } from 'fastify';
import { Failure } from '#contracts';
import { identifyCall } from '#platform';
import { endpointOf } from '../http/route.ts';
import type { AccessClaims } from './access-token.ts';
import { ClaimsCache } from './claims-cache.ts';

const faults = new WeakMap<FastifyRequest, Failure>();

/** Why a request has no subject; undefined when it has one. */
export const authFaultOf = (request: FastifyRequest): Failure | undefined => faults.get(request);

/** Longer than any token of ours; what is longer is not worth a signature check. */
const maxTokenLength = 4_096;
const bearerShape = /^Bearer ([\w-]+\.[\w-]+\.[\w-]+)$/i;

/**
 * Finds out who asks, and lets everybody pass: refusing is for AccessGuard, after LimitGuard has counted the request, so that guessing
 * tokens is limited too.
 */
@Injectable()
export class IdentifyGuard extends AuthGuard('jwt') {
  private readonly cache = new ClaimsCache();

  override async canActivate(context: ExecutionContext): Promise<boolean> {
    const endpoint = context.getType() === 'http' ? endpointOf(context.getHandler()) : undefined;
    if (!endpoint || endpoint.auth === 'open') return true;
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    try {
      const { sub, roles } = await this.claimsOf(request, context);
      identifyCall(sub, roles);
    } catch (error) {
      faults.set(request, Failure.from(error));
    }
    return true;
  }

  private async claimsOf(request: FastifyRequest, context: ExecutionContext): Promise<AccessClaims> {
    const token = tokenOf(request.headers.authorization);
    const known = this.cache.get(token);
    if (known) return known;
    await super.canActivate(context);
    const { user } = request as FastifyRequest & { user: AccessClaims };
    this.cache.set(token, user);
    return user;
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

/** @throws Failure unauthenticated when there is no bearer token, or nothing that could be one */
function tokenOf(authorization: string | undefined): string {
  if (!authorization) throw new Failure('unauthenticated', 'This needs an access token: Authorization: Bearer ….');
  const token = authorization.length <= maxTokenLength ? bearerShape.exec(authorization)?.[1] : undefined;
  if (!token) throw new Failure('unauthenticated', 'The Authorization header does not hold a bearer token.');
  return token;
}
