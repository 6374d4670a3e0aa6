import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Failure } from '#contracts';
import { requireCall } from '#platform';
import { platformRoutes } from '../http/platform-routes.ts';
import { endpointOf } from '../http/route.ts';
import { authFaultOf } from './identify.guard.ts';

/** Nobody gets in but where an endpoint says so: a handler without an endpoint is not there, one that is not open needs a subject. */
@Injectable()
export class AccessGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    if (context.getType() !== 'http') return true;
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const endpoint = endpointOf(context.getHandler());
    if (!endpoint && platformRoutes.has(request.routeOptions.url ?? '')) return true;
    if (!endpoint) throw new Failure('not-found', 'There is no such address here.');
    if (endpoint.auth === 'open') return true;

    const { subject, roles } = requireCall();
    if (!subject) throw authFaultOf(request) ?? new Failure('unauthenticated', 'This needs an access token.');
    if (endpoint.auth === 'operator' && !roles.includes('operator')) throw new Failure('forbidden', 'This is for operators only.');
    return true;
  }
}
