/** Answers requests that reach no route: those that Node's HTTP parser or the router refuses. */
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { type Failure, failures, toProblem, traceIdOf } from '#contracts';
import { openCall } from '#platform';
import type { AccessLog } from './access-log.ts';
import { drainBody } from './drain-body.ts';
import { failureOfError } from './failure-of-error.ts';

const statusByParserCode: Readonly<Record<string, number>> = {
  HPE_HEADER_OVERFLOW: 431,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 413,
  ERR_HTTP_REQUEST_TIMEOUT: 408,
};

interface RawProblem {
  readonly requestId: string;
  readonly traceId: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** @param headers what is known of the request, for its id and trace */
export function rawProblem(failure: Failure, headers: IncomingMessage['headers'] = {}): RawProblem {
  const call = openCall({ deadlineMs: 0, requestId: headers['x-request-id'], traceparent: headers.traceparent });
  const body = JSON.stringify(toProblem(failure, { requestId: call.requestId, traceId: traceIdOf(call) }));
  return {
    requestId: call.requestId,
    traceId: traceIdOf(call),
    status: failures[failure.code].status,
    body,
    headers: {
      'content-type': 'application/problem+json; charset=utf-8',
      'content-length': String(Buffer.byteLength(body)),
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'x-request-id': call.requestId,
    },
  };
}

/** These requests reach no hook. How long they took is not known. */
function note(accessLog: AccessLog | undefined, { status, body, requestId, traceId }: RawProblem, method = ''): void {
  if (!accessLog?.wants(status)) return;
  accessLog.add({ method, route: null, status, durationMs: 0, bytes: Buffer.byteLength(body), subject: null, requestId, traceId });
}

/** For Node's `clientError`: there is no response object, so the answer is written to the socket. */
export function answerClientError(error: Error & { code?: string }, socket: Duplex, accessLog?: AccessLog): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
  const problem = rawProblem(failureOfError({ statusCode: statusByParserCode[error.code ?? ''] ?? 400 }));
  const { status, headers, body } = problem;
  note(accessLog, problem);
  const lines = Object.entries({ ...headers, connection: 'close' }).map(([name, value]) => `${name}: ${value}`);
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('\r\n')}\r\n\r\n${body}`);
}

/** For Fastify's `frameworkErrors`: an address that cannot be decoded, or a part of it that is too long. */
export function answerFrameworkError(
  error: unknown,
  request: { raw: IncomingMessage; server?: { accessLog?: AccessLog } },
  reply: { raw: ServerResponse },
): void {
  const problem = rawProblem(failureOfError(error), request.raw.headers);
  const { status, headers, body } = problem;
  note(request.server?.accessLog, problem, request.raw.method);
  drainBody(request.raw);
  reply.raw.writeHead(status, headers).end(body);
}

/** For Node's `checkExpectation`: an `Expect` other than 100-continue (RFC 9110 §10.1.1). */
export function answerExpectation(request: IncomingMessage, response: ServerResponse, accessLog?: AccessLog): void {
  const problem = rawProblem(failureOfError({ statusCode: 417 }), request.headers);
  const { status, headers, body } = problem;
  note(accessLog, problem, request.method);
  drainBody(request);
  response.writeHead(status, headers).end(body);
}

/** Replaces Node's default answers to requests that its parser refuses. */
export function handleClientErrors(server: Server, accessLog?: AccessLog): void {
  server.removeAllListeners('clientError');
  server.on('clientError', (error, socket) => answerClientError(error, socket, accessLog));
  server.on('checkExpectation', (request, response) => answerExpectation(request, response, accessLog));
}
