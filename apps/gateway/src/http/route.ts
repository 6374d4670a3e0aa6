/** The decorators that tie a handler to its endpoint value. A handler without one is not served (see access.guard.ts). */
import {
  applyDecorators,
  createParamDecorator,
  type ExecutionContext,
  HttpCode,
  RequestMapping,
  RequestMethod,
  Res,
  SetMetadata,
} from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import type { FastifyRequest } from 'fastify';
import { type Endpoint, successStatus } from './endpoint.ts';
import type { readInput } from './input.ts';

const endpointKey = 'rafaga:endpoint';

/** Serves `endpoint` by the method it stands on. */
export const Route = (endpoint: Endpoint<never, never, never, never> | Endpoint): MethodDecorator =>
  applyDecorators(
    RequestMapping({ path: endpoint.path, method: RequestMethod[endpoint.method] }),
    HttpCode(successStatus(endpoint)),
    RouteConfig({ endpoint }),
    SetMetadata(endpointKey, endpoint),
  );

/** The endpoint a handler serves; undefined for a method that carries no `@Route`. */
export const endpointOf = (handler: object): Endpoint | undefined => Reflect.getMetadata(endpointKey, handler);

const inputs = new WeakMap<FastifyRequest, ReturnType<typeof readInput>>();

/** Called once for each request, before its handler. */
export function keepInput(request: FastifyRequest, input: ReturnType<typeof readInput>): void {
  inputs.set(request, input);
}

/** The checked request: `InputOf<typeof theEndpoint>`. */
export const Input = createParamDecorator((_: unknown, context: ExecutionContext) => inputs.get(context.switchToHttp().getRequest()));

/** Fastify's reply, for a status or headers of one's own; the handler still returns the body. */
export const Reply = (): ParameterDecorator => Res({ passthrough: true });
