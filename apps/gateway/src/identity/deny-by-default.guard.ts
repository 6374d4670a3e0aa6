import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Failure } from '#contracts';
import { platformRoutes } from '../http/platform-routes.ts';

/** Answers 404 on every route that Nest serves by itself, except probes and metrics: a handler without `@Route` has no authorization. */
@Injectable()
export class DenyByDefaultGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    if (context.getType() !== 'http') return true;
    if (platformRoutes.has(context.switchToHttp().getRequest<FastifyRequest>().routeOptions.url ?? '')) return true;
    throw new Failure('not-found', 'There is no such address here.');
  }
}
