/** Answers requests that reach no route: those that Node's HTTP parser or the router refuses. */
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { type Failure, failures, toProblem, traceIdOf } from '#contracts';
import { openCall } from '#platform';
import { drainBody } from './drain-body.ts';
import { failureOfError } from './failure-of-error.ts';

const statusByParserCode: Readonly<Record<string, number>> = {
  HPE_HEADER_OVERFLOW: 431,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 413,
  ERR_HTTP_REQUEST_TIMEOUT: 408,
};

interface RawProblem {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** @param headers what is known of the request, for its id and trace */
export function rawProblem(failure: Failure, headers: IncomingMessage['headers'] = {}): RawProblem {
  const call = openCall({ deadlineMs: 0, requestId: headers['x-request-id'], traceparent: headers.traceparent });
  const body = JSON.stringify(toProblem(failure, { requestId: call.requestId, traceId: traceIdOf(call) }));
  return {
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

/** For Node's `clientError`: there is no response object, so the answer is written to the socket. */
export function answerClientError(error: Error & { code?: string }, socket: Duplex): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
  const { status, headers, body } = rawProblem(failureOfError({ statusCode: statusByParserCode[error.code ?? ''] ?? 400 }));
  const lines = Object.entries({ ...headers, connection: 'close' }).map(([name, value]) => `${name}: ${value}`);
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('\r\n')}\r\n\r\n${body}`);
}

/** For Fastify's `frameworkErrors`: an address that cannot be decoded, or a part of it that is too long. */
export function answerFrameworkError(error: unknown, request: { raw: IncomingMessage }, reply: { raw: ServerResponse }): void {
  const { status, headers, body } = rawProblem(failureOfError(error), request.raw.headers);
  drainBody(request.raw);
  reply.raw.writeHead(status, headers).end(body);
}

/** For Node's `checkExpectation`: an `Expect` other than 100-continue (RFC 9110 §10.1.1). */
export function answerExpectation(request: IncomingMessage, response: ServerResponse): void {
  const { status, headers, body } = rawProblem(failureOfError({ statusCode: 417 }), request.headers);
  drainBody(request);
  response.writeHead(status, headers).end(body);
}

/** Replaces Node's default answers to requests that its parser refuses. */
export function handleClientErrors(server: Server): void {
  server.removeAllListeners('clientError');
  server.on('clientError', answerClientError);
  server.on('checkExpectation', answerExpectation);
}
