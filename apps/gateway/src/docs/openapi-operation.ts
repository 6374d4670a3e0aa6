/** One endpoint as an OpenAPI operation. */
import * as z from 'zod';
import type { ZodOpenApiOperationObject, ZodOpenApiRequestBodyObject } from 'zod-openapi';
import { token } from '#contracts';
import { isJsonBody, type MultipartBody } from '../http/body.ts';
import { type Endpoint, scopeOf } from '../http/endpoint.ts';
import { keyDescription, keyHeader } from '../idempotency/idempotency-key.ts';
import { answersOf } from './openapi-answers.ts';

/** Additional facts for the API edge, from which its routes, limits and size limits are rendered. */
const edgeFacts = ({ auth, cost, limit, deadlineMs, bodyLimitBytes, body }: Endpoint) => ({
  auth,
  cost: cost ?? 1,
  ...(limit ? { limit } : {}),
  ...(deadlineMs ? { deadlineMs } : {}),
  ...(bodyLimitBytes ? { bodyLimitBytes } : {}),
  ...(body && !isJsonBody(body) ? { bodyLimitBytes: body.kind === 'raw' ? body.maxBytes : body.file.maxBytes } : {}),
});

export function operationOf(endpoint: Endpoint): ZodOpenApiOperationObject {
  const { id, tag, summary, description, params, query } = endpoint;
  const headers = headersOf(endpoint);
  const requestBody = requestBodyOf(endpoint);
  return {
    operationId: id,
    tags: [tag],
    summary,
    ...(description ? { description } : {}),
    security: securityOf(endpoint),
    requestParams: {
      ...(params ? { path: params } : {}),
      ...(query ? { query: withDefaults(query) } : {}),
      ...(headers ? { header: headers } : {}),
    },
    ...(requestBody ? { requestBody } : {}),
    responses: answersOf(endpoint),
    'x-rafaga-edge': edgeFacts(endpoint),
  };
}

/** zod omits the default of values that are parsed from text. */
function withDefaults(query: z.ZodObject): z.ZodObject {
  const shape = Object.entries(query.shape).map(([name, schema]) =>
    schema instanceof z.ZodDefault
      ? [name, schema.meta({ ...schema.meta(), override: { default: schema.def.defaultValue } })]
      : [name, schema],
  );
  return z.strictObject(Object.fromEntries(shape));
}

/** API keys are accepted like access tokens, except for account and operator endpoints. */
function securityOf(endpoint: Endpoint): Record<string, string[]>[] {
  if (endpoint.auth === 'open') return [];
  return endpoint.auth === 'operator' || scopeOf(endpoint) === 'account' ? [{ accessToken: [] }] : [{ accessToken: [] }, { apiKey: [] }];
}

const repeatable = z.object({ [keyHeader]: token({ max: 255 }).optional().meta({ description: keyDescription }) });

/** Declared headers and, for every POST, Idempotency-Key. */
function headersOf({ method, headers }: Endpoint): z.ZodObject | undefined {
  if (method !== 'POST') return headers;
  return headers ? headers.extend(repeatable.shape) : repeatable;
}

function requestBodyOf({ body, example }: Endpoint): ZodOpenApiRequestBodyObject | undefined {
  if (!body) return undefined;
  if (isJsonBody(body))
    return {
      required: !body.safeParse(undefined).success,
      content: { 'application/json': { schema: body, ...(example ? { example } : {}) } },
    };
  if (body.kind === 'multipart') return { required: true, content: { 'multipart/form-data': { schema: formOf(body) } } };
  return {
    required: true,
    description: body.description,
    content: Object.fromEntries(body.contentTypes.map((type) => [type, { schema: { type: 'string' as const, format: 'binary' } }])),
  };
}

function formOf({ file, fields }: MultipartBody): z.ZodType {
  const bytes = z.unknown().meta({ description: file.description, override: { type: 'string', format: 'binary' } });
  return z.strictObject({ [file.field]: bytes, ...fields?.shape });
}
