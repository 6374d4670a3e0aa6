/** An HTTP server on the loopback address for providers of specs: whole bodies as bytes, answers as JSON. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

export interface LoopbackRequest {
  readonly method: string;
  /** Path and query. */
  readonly url: URL;
  /** As it was sent. */
  readonly rawPath: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

/** `lost`: the connection breaks without an answer. */
export type LoopbackAnswer = 'lost' | { readonly status: number; readonly headers?: Record<string, string>; readonly body?: unknown };

export interface LoopbackServer {
  /** `127.0.0.1:port` */
  readonly host: string;
  readonly url: string;
  readonly requests: LoopbackRequest[];
  stop(): Promise<void>;
}

export async function startLoopback(
  answer: (request: LoopbackRequest) => LoopbackAnswer | Promise<LoopbackAnswer>,
): Promise<LoopbackServer> {
  const requests: LoopbackRequest[] = [];
  const server = createServer(async (incoming, response) => {
    const { method = '', url: rawPath = '/', headers } = incoming;
    const request = { method, url: new URL(rawPath, 'http://loopback'), rawPath, headers, body: await buffer(incoming) };
    requests.push(request);
    write(await answer(request), incoming, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const stop = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { host, url: `http://${host}`, requests, stop };
}

function write(answer: LoopbackAnswer, { socket }: IncomingMessage, response: ServerResponse): void {
  if (answer === 'lost') {
    socket.destroy();
    return;
  }
  const { status, headers = {}, body } = answer;
  const text = typeof body === 'string' ? body : body === undefined ? '' : JSON.stringify(body);
  response.writeHead(status, { ...(typeof body === 'object' ? { 'content-type': 'application/json' } : {}), ...headers }).end(text);
}
