/** Endpoints of the documentation: OpenAPI document, problem pages and entry point. */
import * as z from 'zod';
import { headerText, token } from '#contracts';
import { endpoint } from '../http/endpoint.ts';

const base = { method: 'GET', tag: 'Documentation', auth: 'open', cost: 0 } as const;
const cacheControl = 'public, max-age=300';

export const getStartEndpoint = endpoint({
  ...base,
  id: 'getStart',
  path: '/',
  summary: 'Links to the documentation and the first requests',
  description: 'Links: JSON for programs, a page for browsers (`Accept: text/html`).',
  cacheControl,
  headers: z.object({ accept: headerText(1_024).optional() }),
  responses: {
    200: {
      description: 'Links, relative to this address.',
      contentType: 'application/json',
      alsoAs: ['text/html'],
      schema: z.union([
        z
          .object({ name: z.string(), version: z.string(), docs: z.string(), openapi: z.string(), jwks: z.string() })
          .meta({ id: 'Start', description: 'Links, relative to this address.' }),
        z.string().meta({ description: 'As HTML.' }),
      ]),
    },
  },
  failures: [],
});

export const getFaviconEndpoint = endpoint({
  ...base,
  id: 'getFavicon',
  path: '/favicon.ico',
  summary: 'The icon of the pages',
  cacheControl: 'public, max-age=86400',
  responses: { 200: { description: 'The icon.', contentType: 'image/svg+xml' } },
  failures: [],
});

export const getOpenApiEndpoint = endpoint({
  ...base,
  id: 'getOpenApi',
  path: '/openapi.json',
  summary: 'This document',
  cacheControl,
  responses: { 200: { description: 'An OpenAPI 3.1 document.', contentType: 'application/json' } },
  failures: [],
});

export const getAsyncApiEndpoint = endpoint({
  ...base,
  id: 'getAsyncApi',
  path: '/asyncapi.json',
  summary: 'The messages of the event stream and of webhooks',
  cacheControl,
  responses: { 200: { description: 'An AsyncAPI 3 document.', contentType: 'application/json' } },
  failures: [],
});

export const getProblemEndpoint = endpoint({
  ...base,
  id: 'getProblem',
  path: '/problems/:code',
  summary: 'Explanation of a problem code',
  description: 'The page behind `type` in a problem document: HTML for people, JSON for programs that ask for it.',
  cacheControl,
  params: z.strictObject({ code: token({ max: 64 }) }),
  headers: z.object({ accept: headerText(1_024).optional() }),
  responses: {
    200: {
      description: 'The explanation.',
      contentType: 'application/json',
      alsoAs: ['text/html'],
      schema: z.union([
        z.object({ code: z.string(), status: z.number().int(), title: z.string(), explanation: z.string() }).meta({ id: 'ProblemPage' }),
        z.string().meta({ description: 'As HTML.' }),
      ]),
    },
  },
  failures: ['not-found'],
});
