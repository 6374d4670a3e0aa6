import { Inject, Injectable } from '@nestjs/common';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Failure } from '#contracts';
import { Bus } from '#platform';
import type { Endpoint } from './endpoint.ts';
import { forwarder } from './forwarding.ts';
import { argumentsOf, type CheckedInput, endpointOf } from './route.ts';
import type { EndpointHandler } from './serve-endpoints.ts';
import type { JobEnds } from './started-job.ts';

/** Token of the list of all endpoints of this gateway. */
export const ROUTES = Symbol('routes');

interface Matcher {
  readonly method: string;
  readonly path: RegExp;
}

const matcherOf = (endpoint: Endpoint): Matcher => ({
  method: endpoint.method,
  path: new RegExp(`^${endpoint.path.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replace(/:\w+/g, '[^/]+')}$`),
});

type Handlers = ReadonlyMap<Endpoint, EndpointHandler['handle']>;

/** The endpoints of this gateway and what serves each. */
@Injectable()
export class EndpointRegistry {
  private matchers: readonly Matcher[] | undefined;

  constructor(
    @Inject(ROUTES) private readonly routes: readonly Endpoint[],
    private readonly bus: Bus,
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
  ) {}

  /** @throws RangeError for an endpoint of the list that nobody serves, and for one that a controller serves although it is not in the list */
  handlers(jobs: JobEnds): readonly EndpointHandler[] {
    const controllers = new Map(this.discovery.getControllers().flatMap(({ instance }) => (instance ? this.handlersOf(instance) : [])));
    this.checkList(controllers);
    return this.routes.map((endpoint) => ({
      endpoint,
      handle: endpoint.forward ? forwarder({ ...endpoint, forward: endpoint.forward }, this.bus, jobs) : controllers.get(endpoint)!,
    }));
  }

  all(): readonly Endpoint[] {
    return this.routes;
  }

  /** The methods that are served at a path; empty when nothing is there. */
  methodsAt(pathname: string): string[] {
    this.matchers ??= this.all().map(matcherOf);
    const methods = this.matchers.filter(({ path }) => path.test(pathname)).map(({ method }) => method);
    return [...new Set(methods.flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method])))];
  }

  private checkList(controllers: Handlers): void {
    const listed = new Set(this.routes);
    const unlisted = [...controllers.keys()].filter((endpoint) => !listed.has(endpoint)).map(({ id }) => id);
    const unserved = this.routes.filter((endpoint) => !endpoint.forward && !controllers.has(endpoint)).map(({ id }) => id);
    if (unlisted.length > 0) throw new RangeError(`routes.ts does not list ${unlisted.join(', ')}`);
    if (unserved.length > 0) throw new RangeError(`no controller serves ${unserved.join(', ')}`);
  }

  private handlersOf(controller: object): [Endpoint, EndpointHandler['handle']][] {
    return this.scanner.getAllMethodNames(Object.getPrototypeOf(controller)).flatMap((name) => {
      const method: unknown = Reflect.get(controller, name);
      const endpoint = typeof method === 'function' ? endpointOf(method) : undefined;
      return endpoint ? [[endpoint, callOf(controller, name)] as [Endpoint, EndpointHandler['handle']]] : [];
    });
  }
}

/** Calls a controller's method with the arguments that its decorators ask for. */
function callOf(controller: object, name: string): EndpointHandler['handle'] {
  const sources = argumentsOf(controller.constructor, name);
  const method = (controller as Record<string, (...values: unknown[]) => unknown>)[name]!.bind(controller);
  return (input: CheckedInput, request: FastifyRequest, reply: FastifyReply) =>
    method(...sources.map((source) => source(input, request, reply)));
}

/** What to say where no route answered: another method would have (405), or there is nothing at all (404). */
export function noRoute(allowed: readonly string[], method: string): Failure {
  if (allowed.length === 0) return new Failure('not-found', 'There is no such address here.');
  return new Failure('method-not-allowed', `${method} is not allowed here; ${allowed.join(', ')} is.`);
}
