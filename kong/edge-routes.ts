/** Extracts from the OpenAPI document what Kong needs per operation. */
import * as z from 'zod';

/** Classes of operations, one Kong service each: they differ in authentication, buffering, timeouts and limits. */
export const needs = ['open', 'credentials', 'links', 'reads', 'writes', 'waits', 'uploads', 'downloads', 'events'] as const;

/** Routes whose client may be kept waiting longer (`?wait=` for a job) have a Kong service of their own, so that others fail soon. */
const longestPlainDeadlineMs = 25_000;
export type Need = (typeof needs)[number];

export interface EdgeRoute {
  /** The operationId. */
  readonly id: string;
  readonly method: string;
  /** As in the document: `/v1/tracks/{trackId}`. */
  readonly path: string;
  readonly need: Need;
  readonly open: boolean;
  /** Maximum body size in bytes; 0 for none. */
  readonly bodyLimitBytes: number;
  /** The gateway's deadline, if it is not the default. */
  readonly deadlineMs: number | undefined;
}

const jsonBodyLimitBytes = 64 * 1_024;
const methods = ['get', 'post', 'put', 'patch', 'delete'] as const;

const operation = z.object({
  operationId: z.string(),
  requestBody: z.object({ content: z.record(z.string(), z.unknown()) }).optional(),
  responses: z.record(z.string(), z.object({ content: z.record(z.string(), z.unknown()).optional() })),
  'x-rafaga-edge': z.object({
    auth: z.enum(['open', 'user', 'operator']),
    limit: z.string().optional(),
    deadlineMs: z.number().optional(),
    bodyLimitBytes: z.number().optional(),
  }),
});
type Operation = z.output<typeof operation>;
const document = z.object({ paths: z.record(z.string(), z.record(z.string(), z.unknown())) });

/**
 * Every client operation, in document order. Operator routes are excluded: they are only reachable from the internal network.
 *
 * @throws ZodError when it is not a document of this gateway
 */
export function edgeRoutes(openApi: unknown): EdgeRoute[] {
  const { paths } = document.parse(openApi);
  return Object.entries(paths).flatMap(([path, operations]) =>
    methods
      .filter((method) => operations[method])
      .map((method) => ({ method: method.toUpperCase(), path, operation: operation.parse(operations[method]) }))
      .filter((route) => route.operation['x-rafaga-edge'].auth !== 'operator')
      .map(describe),
  );
}

function describe({ method, path, operation: found }: { method: string; path: string; operation: Operation }): EdgeRoute {
  const facts = found['x-rafaga-edge'];
  return {
    id: found.operationId,
    method,
    path,
    need: needOf(method, found),
    open: facts.auth === 'open',
    bodyLimitBytes: found.requestBody ? (facts.bodyLimitBytes ?? jsonBodyLimitBytes) : 0,
    deadlineMs: facts.deadlineMs,
  };
}

function needOf(method: string, { requestBody, responses, 'x-rafaga-edge': { auth, limit, deadlineMs = 0 } }: Operation): Need {
  const answers = (type: string) => Object.values(responses).some(({ content }) => content && type in content);
  if (auth === 'open' && limit === 'credentials') return 'credentials';
  if (auth === 'open') return answers('application/octet-stream') ? 'links' : 'open';
  if (requestBody && !('application/json' in requestBody.content)) return 'uploads';
  if (answers('text/event-stream')) return 'events';
  if (answers('application/octet-stream')) return 'downloads';
  if (deadlineMs > longestPlainDeadlineMs) return 'waits';
  return method === 'GET' ? 'reads' : 'writes';
}
