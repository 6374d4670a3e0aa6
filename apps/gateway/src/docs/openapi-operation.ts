/** One endpoint as an OpenAPI operation. */
import * as z from 'zod';
import type { ZodOpenApiOperationObject, ZodOpenApiRequestBodyObject } from 'zod-openapi';
import { headerText, token } from '#contracts';
import { isJsonBody, type MultipartBody, mediaTypesOf } from '../http/body.ts';
import { type Endpoint, scopeOf } from '../http/endpoint.ts';
import { keyDescription, keyHeader } from '../idempotency/idempotency-key.ts';
import { answersOf, isRevalidated } from './openapi-answers.ts';

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

const revalidating = z.object({ 'if-none-match': headerText(1_024).optional() });

/** Declared headers, for every POST Idempotency-Key, If-None-Match where an answer may be kept, and If-Match as required where it is. */
function headersOf(endpoint: Endpoint): z.ZodObject | undefined {
  const { method, headers, forward } = endpoint;
  const shape = {
    ...headers?.shape,
    ...(method === 'POST' ? repeatable.shape : {}),
    ...(isRevalidated(endpoint) && !headers?.shape['if-none-match'] ? revalidating.shape : {}),
    ...(forward?.ifMatch === 'required' ? requiredMatch(headers) : {}),
  };
  return Object.keys(shape).length > 0 ? z.object(shape) : undefined;
}

/** Its absence has a problem of its own (428), so the route itself reads it as optional. */
function requiredMatch(headers: z.ZodObject | undefined): Record<string, z.ZodType> {
  const declared = headers?.shape['if-match'];
  if (!(declared instanceof z.ZodOptional)) return {};
  return { 'if-match': (declared.unwrap() as z.ZodType).meta({ ...declared.meta() }) };
}

function requestBodyOf({ method, body, example }: Endpoint): ZodOpenApiRequestBodyObject | undefined {
  if (!body) return undefined;
  if (isJsonBody(body)) {
    const media = { schema: body, ...(example ? { example } : {}) };
    const content = Object.fromEntries(mediaTypesOf(body, method).map((type) => [type, media]));
    return { required: !body.safeParse(undefined).success, content };
  }
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
