import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type OwnGateway, startGateway } from '../../testing/own-gateway.ts';
import { EndpointRegistry } from './endpoint-registry.ts';
import { platformRoutes } from './platform-routes.ts';

let gateway: OwnGateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.stop());

const docsPage = ['/docs', '/docs/', '/docs/js/scalar.js'];

describe('the routes of the gateway', () => {
  const endpoints = () => gateway.app.get(EndpointRegistry, { strict: false }).all();

  it('all come from an endpoint value, but for the probes and the docs page', () => {
    const undeclared = gateway.routes.filter((route) => !route.config?.endpoint).map((route) => route.url);
    expect(undeclared.sort()).toEqual([...platformRoutes, ...docsPage].sort());
  });
  it('serve every endpoint value where it says', () => {
    const served = gateway.routes.filter((route) => route.config?.endpoint).map((route) => `${String(route.method)} ${route.url}`);
    expect(served.sort()).toEqual(
      endpoints()
        .map(({ method, path }) => `${method} ${path}`)
        .sort(),
    );
  });
  it('send no CORS headers unless origins are configured', async () => {
    const { headers } = await gateway.ask('GET', '/.well-known/jwks.json', { headers: { origin: 'https://app.example.org' } });
    expect([...headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
    expect(headers.get('vary') ?? '').not.toMatch(/origin/i);
  });
  it('have names of their own', () => {
    const ids = endpoints().map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });
  it('let nobody in without a token unless they are open', async () => {
    const closed = endpoints().filter(({ auth }) => auth !== 'open');
    const path = (template: string) => template.replace(/:\w+/g, '0b3f5e0a-4a55-4c8c-9d5f-3d9c1a2b7e10');
    const answers = await Promise.all(
      closed.map(async (endpoint) => [endpoint.id, (await gateway.ask(endpoint.method, path(endpoint.path))).status]),
    );
    expect(answers.length).toBeGreaterThan(5);
    expect(answers.filter(([, status]) => status !== 401)).toEqual([]);
  });
  it('stand in the OpenAPI document, and nothing else does', async () => {
    const { json } = await gateway.ask('GET', '/openapi.json');
    const documented = Object.entries(json.paths as Record<string, Record<string, { operationId: string }>>).flatMap(([, operations]) =>
      Object.values(operations).map(({ operationId }) => operationId),
    );
    expect(documented.sort()).toEqual(
      endpoints()
        .map(({ id }) => id)
        .sort(),
    );
  });
});
