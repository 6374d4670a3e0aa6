import { describe, expect, it } from '@jest/globals';
import * as z from 'zod';
import { multipart } from '../http/body.ts';
import { type Endpoint, endpoint } from '../http/endpoint.ts';
import { openApiDocument } from './openapi.ts';
import { operationOf } from './openapi-operation.ts';

const thing = z.object({ id: z.uuid(), name: z.string() }).meta({ id: 'Thing' });
const endpoints = [
  endpoint({
    id: 'getThing',
    method: 'GET',
    path: '/v1/things/:thingId',
    tag: 'Things',
    summary: 'One thing',
    auth: 'user',
    params: z.strictObject({ thingId: z.uuid() }),
    query: z.strictObject({ limit: z.coerce.number().int().default(20) }),
    responses: { 200: thing },
    failures: ['track-not-found'],
  }),
  endpoint({
    id: 'addThing',
    method: 'POST',
    path: '/v1/things',
    tag: 'Things',
    summary: 'Add a thing',
    auth: 'operator',
    cost: 5,
    body: multipart({ file: { field: 'file', description: 'Its bytes', maxBytes: 1_000 } }),
    responses: { 201: thing, 202: { description: 'Later.', headers: { Location: 'Its job.' } } },
    failures: ['media-empty'],
  }),
  endpoint({
    id: 'ping',
    method: 'GET',
    path: '/ping',
    tag: 'Status',
    summary: 'Ping',
    auth: 'open',
    cost: 0,
    responses: { 200: z.string() },
    failures: [],
  }),
] as unknown as Endpoint[];

// biome-ignore lint/suspicious/noExplicitAny: the document is inspected at arbitrary depth
const document = openApiDocument(endpoints, 'https://api.example.org/') as any;
const get = document.paths['/v1/things/{thingId}'].get;
const add = document.paths['/v1/things'].post;

describe('openApiDocument', () => {
  it('is OpenAPI 3.1 with the server URL', () => {
    expect(document.openapi).toMatch(/^3\.1\./);
    expect(document.servers).toEqual([{ url: 'https://api.example.org' }]);
  });
  it('describes parameters in their wire format', () => {
    expect(get.parameters).toMatchObject([
      { in: 'path', name: 'thingId', required: true, schema: { $ref: '#/components/schemas/Uuid' } },
      { in: 'query', name: 'limit', schema: { type: 'integer', default: 20 } },
      { $ref: '#/components/parameters/IfNoneMatchHeader' },
    ]);
    expect(get.parameters[1].required ?? false).toBe(false);
  });
  it('shares named schemas', () => {
    expect(get.responses[200].content['application/json'].schema).toEqual({ $ref: '#/components/schemas/Thing' });
    expect(document.components.schemas.Thing.properties.id).toMatchObject({ $ref: '#/components/schemas/Uuid' });
    expect(document.components.schemas.Uuid.format).toBe('uuid');
  });
  it('requires a token only for protected endpoints', () => {
    expect([get.security, document.paths['/ping'].get.security]).toEqual([[{ accessToken: [] }, { apiKey: [] }], []]);
  });
  it('offers no API key for operator endpoints', () => {
    expect(operationOf({ ...(endpoints[0] as unknown as Endpoint), auth: 'operator' }).security).toEqual([{ accessToken: [] }]);
  });
  it('lists declared failures and those of authentication, limits and body', () => {
    expect(Object.keys(get.responses)).toEqual(['200', '304', '400', '401', '403', '404', '429', '500', '503', '504']);
    expect(Object.keys(add.responses)).toEqual(expect.arrayContaining(['403', '413', '415', '422']));
    expect(get.responses[404].content['application/problem+json'].schema).toEqual({ $ref: '#/components/schemas/Problem' });
  });
  it('lists a quota of requests only where one is checked', () => {
    const refusals = (changes: Partial<Endpoint>) =>
      JSON.stringify(operationOf({ ...(endpoints[0] as unknown as Endpoint), auth: 'user', ...changes }).responses);
    expect(refusals({})).toContain('quota-exceeded');
    for (const changes of [
      { isQuotaExempt: true },
      { method: 'DELETE' },
      { scope: 'account' },
      { auth: 'operator' },
      { auth: 'open' },
    ] as const)
      expect(refusals(changes)).not.toContain('quota-exceeded');
  });
  it('describes a form with a file', () => {
    expect(add.requestBody.content['multipart/form-data'].schema.properties.file).toMatchObject({ type: 'string', format: 'binary' });
  });
  it('contains the facts for the API edge', () => {
    expect(add['x-rafaga-edge']).toEqual({ auth: 'operator', cost: 5, bodyLimitBytes: 1_000 });
  });
  it('has no dangling references', () => {
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)].map(([, path]) => path!.split('/'));
    // biome-ignore lint/suspicious/noExplicitAny: see above
    const target = (path: string[]) => path.reduce((node: any, key) => node?.[key], document);
    expect(references.length).toBeGreaterThan(10);
    expect(references.filter((path) => target(path) === undefined)).toEqual([]);
  });
});
