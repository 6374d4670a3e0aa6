/**
 * A small S3 on loopback that keeps everything in memory: the REST shapes (paths, headers, XML) of the operations that a blob store uses, so that
 * the real SDK can talk to it. It believes a signature that is there, is of the right account and covers the body it came with.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { type S3Answer, S3Shelf } from './s3-shelf.ts';
import { signatureFault } from './s3-signature.ts';

export interface S3Server {
  readonly endpoint: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** What was asked for so far: `PUT Object`, `HEAD Object`, … */
  readonly asked: readonly string[];
  /** Names of the objects, and of uploads that were begun and never completed nor aborted. */
  readonly contents: () => { readonly keys: readonly string[]; readonly unfinished: number };
  /** Objects under this part of a key look as if they were stored an hour earlier. */
  age(part: string): void;
  /** Objects under this part of a key have other bytes from now on, as after damage to a disk. */
  replace(part: string, bytes: Buffer): void;
  /** The next requests are answered with this status, as a store that is full (507) or out of order (503) does; 0: no more. */
  fail(status: number): void;
  stop(): Promise<void>;
}

const longestBody = 64 * 1_024 * 1_024;

/** @param pageSize entries in one answer to a listing */
export async function startS3({ pageSize = 2 }: { pageSize?: number } = {}): Promise<S3Server> {
  const account = { accessKeyId: 'AKIDTEST', secretAccessKey: 'secret' };
  const shelf = new S3Shelf(pageSize);
  const asked: string[] = [];
  let failing = 0;
  const server = createServer((request, response) => void serve(request, response));

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await buffer(request).catch(() => undefined); // the client went away
    if (!body || body.length > longestBody) return void response.destroy();
    const url = new URL(request.url ?? '/', 'http://s3');
    const fault = signatureFault(request.headers, body, account.accessKeyId);
    const call = {
      method: request.method ?? 'GET',
      key: decodeURIComponent(url.pathname),
      query: url.searchParams,
      headers: request.headers,
      body,
    };
    if (fault) return send(response, { status: 403, code: fault });
    if (failing > 0) return send(response, { status: failing, code: failing === 507 ? 'XMinioStorageFull' : 'SlowDown' });
    const { name, answer } = shelf.handle(call);
    asked.push(name);
    send(response, answer, request.method === 'HEAD');
  }

  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  return {
    ...account,
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    contents: () => shelf.contents(),
    age: (part) => shelf.age(part),
    replace: (part, bytes) => shelf.replace(part, bytes),
    fail: (status) => {
      failing = status;
    },
    stop: async () => {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}

function send(response: ServerResponse, { status, headers = {}, body, code }: S3Answer, withoutBody = false): void {
  const xml = code ? `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>${code}</Message></Error>` : undefined;
  const content = xml ?? body ?? '';
  response.writeHead(status, {
    ...(typeof content === 'string' && content ? { 'content-type': 'application/xml' } : {}),
    'content-length': String(Buffer.byteLength(content)),
    ...headers,
  });
  response.end(withoutBody ? undefined : content);
}
