/** Endpoints for API keys, which live longer than access tokens and cannot change the account. */
import * as z from 'zod';
import { cursor, decimalInteger, label, scopes, timestamp } from '#contracts';
import { endpoint } from '../http/endpoint.ts';
import { pageOf } from '../http/presenter.ts';

const apiKey = z
  .object({
    id: z.uuid(),
    name: z.string(),
    prefix: z.string().meta({ description: 'How the key begins.', examples: ['rfg_Zk3x9Q'] }),
    scopes: z.array(z.enum(scopes)),
    createdAt: z.iso.datetime(),
    expiresAt: z.iso.datetime().nullable(),
    lastUsedAt: z.iso.datetime().nullable().meta({ description: 'To the minute.' }),
  })
  .meta({ id: 'ApiKey' });

const base = { tag: 'Identity', auth: 'user', scope: 'account', cacheControl: 'no-store' } as const;

export const createApiKey = endpoint({
  ...base,
  id: 'createApiKey',
  method: 'POST',
  path: '/v1/api-keys',
  summary: 'Create an API key',
  description:
    'The key is shown this once. Send it as `Authorization: Bearer rfg_…` or `X-Api-Key`. Scope `read` is for GET, `write` for everything else; ' +
    'neither reaches accounts, sessions and keys, nor what is for operators.',
  body: z
    .strictObject({
      name: label({ max: 100 }),
      scopes: z.array(z.enum(scopes)).min(1).max(scopes.length).default(['read']),
      expiresAt: timestamp()
        .refine((text) => Date.parse(text) > Date.now(), { error: 'must lie in the future' })
        .nullable()
        .default(null),
    })
    .meta({ id: 'NewApiKey' }),
  locate: ({ id }: z.output<typeof apiKey>) => `/v1/api-keys/${id}`,
  responses: {
    201: apiKey.extend({ key: z.string().meta({ description: 'The key itself; it is not stored.' }) }).meta({ id: 'CreatedApiKey' }),
  },
  failures: ['too-many-api-keys'],
  example: { name: 'nightly import', scopes: ['read', 'write'] },
});

export const getApiKeys = endpoint({
  ...base,
  id: 'listApiKeys',
  method: 'GET',
  path: '/v1/api-keys',
  summary: 'Your API keys, newest first',
  query: z.strictObject({ cursor: cursor().optional(), limit: decimalInteger({ min: 1, max: 100 }).default(20) }),
  responses: { 200: pageOf(apiKey).meta({ id: 'ApiKeyList' }) },
  failures: [],
});

export const getApiKey = endpoint({
  ...base,
  id: 'getApiKey',
  method: 'GET',
  path: '/v1/api-keys/:apiKeyId',
  summary: 'One of your API keys',
  params: z.strictObject({ apiKeyId: z.uuid() }),
  responses: { 200: apiKey },
  failures: ['api-key-not-found'],
});

export const deleteApiKey = endpoint({
  ...base,
  id: 'deleteApiKey',
  method: 'DELETE',
  path: '/v1/api-keys/:apiKeyId',
  summary: 'Revoke an API key',
  description: 'It opens nothing any more after five seconds at most.',
  params: z.strictObject({ apiKeyId: z.uuid() }),
  responses: { 204: { description: 'Revoked.' } },
  failures: ['api-key-not-found'],
});
