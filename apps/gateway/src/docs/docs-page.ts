/** The page at /docs: Scalar's API reference, served locally, without requests to other origins. */
import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { etagMatches, strongEtag } from '../http/etag.ts';
import { addVary } from '../http/vary.ts';

/** Disables external features of Scalar: fonts, telemetry, proxy, assistant, hosted client. */
const offline = {
  withDefaultFonts: false,
  telemetry: false,
  hideClientButton: true,
  showDeveloperTools: 'never',
  agent: { disabled: true },
  mcp: { disabled: true },
  proxyUrl: '',
} as const;

const compress = promisify(gzip);

interface PageFile {
  readonly etag: string;
  readonly gzipped: Buffer;
  readonly policy: string;
}

/** Inline scripts are allowed by their hash, so the policy needs no 'unsafe-inline' for scripts. */
export function policyFor(html: string): string {
  const inline = [...html.matchAll(/<script[^>]*>([\s\S]*?)<\/script>/g)].map(([, script]) => script!).filter(Boolean);
  const hashes = inline.map((script) => `'sha256-${createHash('sha256').update(script).digest('base64')}'`);
  return [
    "default-src 'none'",
    `script-src 'self' ${hashes.join(' ')}`.trim(),
    "style-src 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self' data:",
    "connect-src 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
}

const files = new Map<string, Promise<PageFile>>();

/** Page and script are constant at run time; both are computed once. */
function fileOf(path: string, text: string): Promise<PageFile> {
  const known = files.get(path);
  if (known) return known;
  const made = compress(text).then((gzipped) => ({ etag: strongEtag(text), gzipped, policy: policyFor(path.endsWith('.js') ? '' : text) }));
  files.set(path, made);
  return made;
}

async function finish(request: FastifyRequest, reply: FastifyReply, payload: unknown): Promise<unknown> {
  const path = request.routeOptions.url;
  if (reply.statusCode !== 200 || typeof payload !== 'string' || !path) return payload;
  const { etag, gzipped, policy } = await fileOf(path, payload);
  addVary(reply, 'Accept-Encoding');
  reply.headers({ etag, 'cache-control': 'public, max-age=3600', 'content-security-policy': policy });
  if (etagMatches(request.headers['if-none-match'], etag)) {
    reply.code(304).removeHeader('content-length');
    return '';
  }
  if (!/\bgzip\b/.test(request.headers['accept-encoding'] ?? '')) return payload;
  reply.header('content-encoding', 'gzip').removeHeader('content-length');
  return gzipped;
}

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const paths = ['/docs', '/docs/', '/docs/js/scalar.js'] as const;

/**
 * What Scalar's plug-in answers to each path. It is loaded when somebody opens the page: the module holds its script twice, 25 MB that most gateways
 * never need.
 */
async function askScalar(): Promise<ReadonlyMap<string, Answer>> {
  const { default: scalar } = await import('@scalar/fastify-api-reference');
  const page = Fastify();
  await page.register(scalar, {
    routePrefix: '/docs',
    configuration: {
      url: '/openapi.json',
      pageTitle: 'Ráfaga API',
      theme: 'default',
      authentication: { preferredSecurityScheme: 'accessToken' },
      ...offline,
    },
  });
  const answers = await Promise.all(paths.map(async (path) => [path, keptOf(await page.inject(path))] as const));
  await page.close();
  return new Map(answers);
}

function keptOf({ statusCode, headers, body }: { statusCode: number; headers: Record<string, unknown>; body: string }): Answer {
  const kept = ['content-type', 'location'].flatMap((name) => (headers[name] === undefined ? [] : [[name, String(headers[name])]]));
  return { status: statusCode, headers: Object.fromEntries(kept) as Record<string, string>, body };
}

let asking: Promise<ReadonlyMap<string, Answer>> | undefined;

/** Call before the application listens. */
export function installDocsPage(fastify: FastifyInstance): void {
  fastify.register(async (scope) => {
    scope.addHook('onSend', finish);
    for (const path of paths)
      scope.get(path, async (_request, reply) => {
        asking ??= askScalar().catch((error: unknown) => {
          asking = undefined; // the next one tries again
          throw error;
        });
        const { status, headers, body } = (await asking).get(path)!;
        return reply.code(status).headers(headers).send(body);
      });
  });
}
