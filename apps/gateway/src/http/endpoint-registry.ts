import { Injectable } from '@nestjs/common';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';
import { Failure } from '#contracts';
import type { Endpoint } from './endpoint.ts';
import { endpointOf } from './route.ts';
import type { EndpointHandler } from './serve-endpoints.ts';

interface Matcher {
  readonly method: string;
  readonly path: RegExp;
}

const matcherOf = (endpoint: Endpoint): Matcher => ({
  method: endpoint.method,
  path: new RegExp(`^${endpoint.path.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replace(/:\w+/g, '[^/]+')}$`),
});

/** Knows every endpoint that is served: found on the controllers, so that nobody keeps a list. */
@Injectable()
export class EndpointRegistry {
  private found: readonly EndpointHandler[] | undefined;
  private matchers: readonly Matcher[] | undefined;

  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
  ) {}

  handlers(): readonly EndpointHandler[] {
    this.found ??= this.discovery.getControllers().flatMap(({ instance }) => (instance ? this.handlersOf(instance) : []));
    return this.found;
  }

  all(): readonly Endpoint[] {
    return this.handlers().map(({ endpoint }) => endpoint);
  }

  /** The methods that are served at a path; empty when nothing is there. */
  methodsAt(pathname: string): string[] {
    this.matchers ??= this.all().map(matcherOf);
    const methods = this.matchers.filter(({ path }) => path.test(pathname)).map(({ method }) => method);
    return [...new Set(methods.flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method])))];
  }

  private handlersOf(controller: object): EndpointHandler[] {
    return this.scanner.getAllMethodNames(Object.getPrototypeOf(controller)).flatMap((name) => {
      const handler: unknown = Reflect.get(controller, name);
      const endpoint = typeof handler === 'function' ? endpointOf(handler) : undefined;
      return endpoint ? [{ endpoint, controller, name }] : [];
    });
  }
}

/** What to say where no route answered: another method would have (405), or there is nothing at all (404). */
export function noRoute(allowed: readonly string[], method: string): Failure {
  if (allowed.length === 0) return new Failure('not-found', 'There is no such address here.');
  return new Failure('method-not-allowed', `${method} is not allowed here; ${allowed.join(', ')} is.`);
}
