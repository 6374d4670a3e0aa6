import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Failure } from '#contracts';
import { platformRoutes } from '../http/platform-routes.ts';

/** Nest itself serves the probes and the metrics; a handler that somebody adds past `@Route` is not there. */
@Injectable()
export class NobodyGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    if (context.getType() !== 'http') return true;
    if (platformRoutes.has(context.switchToHttp().getRequest<FastifyRequest>().routeOptions.url ?? '')) return true;
    throw new Failure('not-found', 'There is no such address here.');
  }
}
