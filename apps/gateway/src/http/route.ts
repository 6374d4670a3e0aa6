/** The decorators that tie a handler to its endpoint value. A handler without one is not served. */
import { createParamDecorator, Res, SetMetadata } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Endpoint } from './endpoint.ts';
import type { readInput } from './input.ts';

const endpointKey = 'rafaga:endpoint';

/** Serves `endpoint` by the method it stands on (see serve-endpoints.ts). */
export const Route = (endpoint: Endpoint<never, never, never, never> | Endpoint): MethodDecorator => SetMetadata(endpointKey, endpoint);

/** The endpoint a handler serves; undefined for a method that carries no `@Route`. */
export const endpointOf = (handler: object): Endpoint | undefined => Reflect.getMetadata(endpointKey, handler);

export type CheckedInput = ReturnType<typeof readInput>;

/** Never run: it marks the place, and `argumentsOf` fills it. */
const inputMark = () => undefined;

/** The checked request: `InputOf<typeof theEndpoint>`. */
export const Input = createParamDecorator(inputMark);

/** Fastify's reply, for a status or headers of one's own; the handler still returns the body. */
export const Reply = (): ParameterDecorator => Res({ passthrough: true });

type Argument = (input: CheckedInput, request: FastifyRequest, reply: FastifyReply) => unknown;

/** Where Nest's parameter decorators leave what they know, and how they number `@Req()` and `@Res()`. */
const routeArguments = '__routeArguments__';
const byType: Readonly<Record<string, Argument>> = { '0': (_input, request) => request, '1': (_input, _request, reply) => reply };

interface Place {
  readonly index: number;
  readonly factory?: unknown;
}

/**
 * What a handler wants, in its order: `@Input()`, `@Req()` and `@Reply()`.
 *
 * @throws RangeError for any other decorator: nobody would fill its place
 */
export function argumentsOf(controller: object, handlerName: string): readonly Argument[] {
  const places: Readonly<Record<string, Place>> = Reflect.getMetadata(routeArguments, controller, handlerName) ?? {};
  const sources: Argument[] = [];
  for (const [key, { index, factory }] of Object.entries(places)) {
    const source = factory === inputMark ? (input: CheckedInput) => input : byType[key.split(':', 1)[0]!];
    if (!source) throw new RangeError(`${handlerName} asks for an argument that no endpoint has`);
    sources[index] = source;
  }
  return sources;
}
