/** Builds the OpenAPI 3.1 document from the endpoint values. Pure. */
import { createDocument, type ZodOpenApiPathsObject } from 'zod-openapi';
import type { Endpoint } from '../http/endpoint.ts';
import { commonHeaders, problemExamples } from './openapi-answers.ts';
import { operationOf } from './openapi-operation.ts';
import { shareComponents } from './share-components.ts';

/** Version of the public API. */
export const apiVersion = '0.1.0';

const description = `Send a track once; get its tempo, key, loudness, cues and pictures back.

**Getting in.** Register, log in, and send the access token as \`Authorization: Bearer …\`. It lives for a quarter of an hour; trade the refresh token for a new one.

**Errors** are problem documents (RFC 9457): \`code\` says what went wrong, \`type\` is a page that explains it, \`errors\` points into your request, and \`traceId\` finds it in our logs.

**Limits** are told in \`RateLimit\` and \`RateLimit-Policy\`; a refusal (429) says in \`Retry-After\` when to come back.

**Sending twice.** Every POST takes an \`Idempotency-Key\`: the same request with the same key is done once and answered again, for 24 hours.

**Caching.** JSON answers carry a strong \`ETag\`; send it back in \`If-None-Match\` and get a 304 when nothing has changed.`;

const tagDescriptions: Readonly<Record<string, string>> = {
  Tracks: 'Recordings: sent once, analysed once, read as often as you like.',
  Renditions: 'Tracks in another format and size, for every device and network.',
  Videos: 'Sent once, read whole once; with poster, thumbnails and storyboard.',
  Playlists: 'Tracks in an order of your choice.',
  Collections: 'Texts in bulk: loaded from a file, analysed, compared with each other.',
  Exports: 'What you have here, as files.',
  Posts: 'Texts with their analysis, from draft to published, in English and Spanish.',
  Uploads: 'Files sent piece by piece, over lines that break (tus 1.0.0).',
  Jobs: 'Work that takes longer than a request.',
  Imports: 'Files fetched from elsewhere.',
  Webhooks: 'Addresses of yours that are told what happens.',
  Identity: 'Accounts, sessions and the keys that prove them.',
  Status: 'How the platform is.',
  Operation: 'For operators, from inside.',
  Documentation: 'This document and what explains it.',
};

const pathOf = (path: string) => path.replace(/:([A-Za-z]\w*)/g, '{$1}');

function pathsOf(endpoints: readonly Endpoint[]): ZodOpenApiPathsObject {
  const paths: ZodOpenApiPathsObject = {};
  for (const endpoint of endpoints) {
    const path = pathOf(endpoint.path);
    paths[path] = { ...paths[path], [endpoint.method.toLowerCase()]: operationOf(endpoint) };
  }
  return paths;
}

const tagsOf = (endpoints: readonly Endpoint[]) =>
  [...new Set(endpoints.map(({ tag }) => tag))]
    .sort((a, b) => order(a) - order(b) || a.localeCompare(b))
    .map((name) => ({ name, ...(tagDescriptions[name] ? { description: tagDescriptions[name] } : {}) }));

const order = (tag: string) => (tag in tagDescriptions ? Object.keys(tagDescriptions).indexOf(tag) : 99);

/** @param publicUrl where clients reach the API; undefined: the origin of the document */
export const openApiDocument = (endpoints: readonly Endpoint[], publicUrl: string | undefined): ReturnType<typeof createDocument> =>
  shareComponents(documentInFull(endpoints, publicUrl));

/** As {@link openApiDocument}, with every operation written out. */
export function documentInFull(endpoints: readonly Endpoint[], publicUrl: string | undefined): ReturnType<typeof createDocument> {
  return createDocument({
    openapi: '3.1.1',
    info: { title: 'Ráfaga', version: apiVersion, description, license: { name: 'Apache-2.0', identifier: 'Apache-2.0' } },
    servers: [{ url: publicUrl?.replace(/\/$/, '') ?? '/' }],
    tags: tagsOf(endpoints),
    paths: pathsOf(endpoints),
    components: {
      headers: commonHeaders,
      examples: problemExamples,
      securitySchemes: {
        apiKey: { type: 'apiKey', in: 'header', name: 'X-Api-Key', description: 'From `POST /v1/api-keys`; also good as a bearer token.' },
        accessToken: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: 'From `POST /v1/auth/login`.' },
      },
    },
  });
}
