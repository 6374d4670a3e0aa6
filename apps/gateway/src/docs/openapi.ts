/** Builds the OpenAPI 3.1 document from the endpoint values. Pure. */
import { createDocument, type ZodOpenApiPathsObject } from 'zod-openapi';
import type { Endpoint } from '../http/endpoint.ts';
import { describeDocument } from './describe-document.ts';
import { openEnums } from './open-enums.ts';
import { commonHeaders, problemExamples } from './openapi-answers.ts';
import { operationOf } from './openapi-operation.ts';
import { shareComponents } from './share-components.ts';
import { tagDescriptions } from './tags.ts';
import { webhookMessages, withMessagesSent } from './webhook-messages.ts';

/** Version of the public API. */
export const apiVersion = '0.1.0';

const description = `Send a track once; get its tempo, key, loudness, cues and pictures back.

**Getting in.** Register, log in, and send the access token as \`Authorization: Bearer …\`. It lives for a quarter of an hour; trade the refresh token for a new one.

**Errors** are problem documents (RFC 9457): \`code\` says what went wrong, \`type\` is a page that explains it, \`errors\` points into your request, and \`traceId\` finds it in our logs.

**Limits** are told in \`RateLimit\` and \`RateLimit-Policy\`; a refusal (429) says in \`Retry-After\` when to come back.

**Sending twice.** Every POST takes an \`Idempotency-Key\`: the same request with the same key is done once and answered again, for 24 hours.

**Caching.** JSON answers carry a strong \`ETag\`; send it back in \`If-None-Match\` and get a 304 when nothing has changed.

**Growing.** Fields may be added to answers and messages at any time, and values to their enumerations: \`x-extensible-enum\` lists those known today. Take what you do not know.`;

const pathOf = (path: string) => path.replace(/:([A-Za-z]\w*)/g, '{$1}');

function pathsOf(endpoints: readonly Endpoint[]): ZodOpenApiPathsObject {
  const paths: ZodOpenApiPathsObject = {};
  for (const endpoint of endpoints) {
    const path = pathOf(endpoint.path);
    paths[path] = { ...paths[path], [endpoint.method.toLowerCase()]: operationOf(endpoint) };
  }
  return paths;
}

/** Declared ones in their order, then others: what is still to be declared. */
function tagsOf(endpoints: readonly Endpoint[]): { name: string; description?: string }[] {
  const used = new Set([...endpoints.map(({ tag }) => tag), 'Webhooks']); // every document has their messages
  const declared = Object.entries(tagDescriptions).filter(([name]) => used.delete(name));
  return [...declared.map(([name, description]) => ({ name, description })), ...[...used].sort().map((name) => ({ name }))];
}

/** @param publicUrl where clients reach the API; undefined: the origin of the document */
export const openApiDocument = (endpoints: readonly Endpoint[], publicUrl: string | undefined): ReturnType<typeof createDocument> =>
  shareComponents(documentInFull(endpoints, publicUrl));

/** As {@link openApiDocument}, with every operation written out. */
export function documentInFull(endpoints: readonly Endpoint[], publicUrl: string | undefined): ReturnType<typeof createDocument> {
  const document = createDocument({
    openapi: '3.1.1',
    info: { title: 'Ráfaga', version: apiVersion, description, license: { name: 'Apache-2.0', identifier: 'Apache-2.0' } },
    servers: [{ url: publicUrl?.replace(/\/$/, '') ?? '/' }],
    tags: tagsOf(endpoints),
    paths: pathsOf(endpoints),
    webhooks: webhookMessages,
    components: {
      headers: commonHeaders,
      examples: problemExamples,
      securitySchemes: {
        apiKey: { type: 'apiKey', in: 'header', name: 'X-Api-Key', description: 'From `POST /v1/api-keys`; also good as a bearer token.' },
        accessToken: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: 'From `POST /v1/auth/login`.' },
      },
    },
  });
  return openEnums(describeDocument(withMessagesSent(document)));
}
