/**
 * One JSON line a request. Lines are collected and written together, after the answers: a request pays for one object in a list. No path is
 * written, because paths of signed links are secrets; the route says which one it was.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { traceIdOf } from '#contracts';
import { callOf, type Log, routeOf } from '#platform';

declare module 'fastify' {
  interface FastifyInstance {
    accessLog?: AccessLog;
  }
}

export interface AccessEntry {
  readonly method: string;
  /** As in the API document; null where there is none for the path. */
  readonly route: string | null;
  readonly status: number;
  readonly durationMs: number;
  /** Of the body; null where it was not known before it was sent. */
  readonly bytes: number | null;
  /** The account; null before a caller is known. */
  readonly subject: string | null;
  readonly requestId: string;
  readonly traceId: string;
  /** The client went away before the whole answer was sent. */
  readonly aborted?: true;
}

/** Read at each request, so that they can change while the gateway runs. */
export interface AccessLogOptions {
  readonly enabled: boolean;
  /** Share of the answers under 400 that are written, 0 to 1; the others are all written. */
  readonly sampleRatio: number;
}

const flushMs = 100;
/** Beyond this, entries are counted and not kept until the next flush. */
const maxEntries = 10_000;

export class AccessLog {
  readonly #log: Log;
  readonly #options: AccessLogOptions;
  readonly #random: () => number;
  #entries: { readonly atMs: number; readonly entry: AccessEntry }[] = [];
  #dropped = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(log: Log, options: AccessLogOptions, random: () => number = Math.random) {
    this.#log = log;
    this.#options = options;
    this.#random = random;
  }

  wants(status: number): boolean {
    return (
      this.#options.enabled &&
      this.#log.writesInfo &&
      (status >= 400 || this.#options.sampleRatio >= 1 || this.#random() < this.#options.sampleRatio)
    );
  }

  add(entry: AccessEntry): void {
    if (this.#entries.length >= maxEntries) this.#dropped++;
    else this.#entries.push({ atMs: Date.now(), entry });
    this.#timer ??= setTimeout(() => this.flush(), flushMs).unref();
  }

  /** Writes what has been collected; also before the process leaves. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const base = this.#log.baseMembers;
    const lines = this.#entries.map(({ atMs, entry }) => {
      const time = new Date(atMs).toISOString();
      return `{"level":"info","time":"${time}",${base},${JSON.stringify(entry).slice(1, -1)},"msg":"request"}`;
    });
    const dropped = this.#dropped;
    [this.#entries, this.#dropped] = [[], 0];
    this.#log.writeLines(lines);
    if (dropped > 0) this.#log.warn({ dropped }, 'more requests than the access log writes');
  }
}

/** Call before any route is added. */
export function installAccessLog(fastify: FastifyInstance, accessLog: AccessLog): void {
  fastify.decorate('accessLog', accessLog);
  fastify.addHook('onResponse', (request, reply, done) => {
    if (accessLog.wants(reply.statusCode)) accessLog.add(entryOf(request, reply));
    done();
  });
  fastify.addHook('onClose', async () => accessLog.flush());
}

function entryOf(request: FastifyRequest, reply: FastifyReply): AccessEntry {
  const call = callOf(request);
  const length = reply.getHeader('content-length');
  return {
    method: request.method,
    route: routeOf(request).url ?? null,
    status: reply.statusCode,
    durationMs: Math.round(reply.elapsedTime * 10) / 10,
    bytes: length === undefined ? null : Number(length),
    subject: call?.subject ?? null,
    requestId: call?.requestId ?? String(reply.getHeader('x-request-id') ?? ''),
    traceId: call ? traceIdOf(call) : '',
    ...(reply.raw.writableFinished ? {} : { aborted: true }),
  };
}
