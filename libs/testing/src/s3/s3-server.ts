/**
 * An in-memory S3 server on loopback: the REST interface (paths, headers, XML) of the operations that a blob store uses, for the real SDK. It checks
 * that a signature has the right account and covers the body, but not the signature itself.
 */
import { createHash } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { MemoryBucket, type S3Response } from './memory-bucket.ts';

export interface S3Server {
  readonly endpoint: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Operations so far: `PutObject`, `HeadObject`, … */
  readonly operations: readonly string[];
  /** Keys of the objects, and the number of multipart uploads that were neither completed nor aborted. */
  readonly contents: () => { readonly keys: readonly string[]; readonly incompleteUploads: number };
  /** Moves the modification time of every object whose key contains `part` back by an hour. */
  age(part: string): void;
  /** Replaces the bytes of every object whose key contains `part`, as damage to a disk does. */
  replace(part: string, bytes: Buffer): void;
  /** Answers the following requests with this status, for example 507 (full) or 503 (out of service); 0 ends it. */
  fail(status: number): void;
  stop(): Promise<void>;
}

const maxBodyBytes = 64 * 1_024 * 1_024;

/** @param pageSize entries per page of a listing */
export async function startS3({ pageSize = 2 }: { pageSize?: number } = {}): Promise<S3Server> {
  const account = { accessKeyId: 'AKIDTEST', secretAccessKey: 'secret' };
  const bucket = new MemoryBucket(pageSize);
  const operations: string[] = [];
  let failureStatus = 0;
  const server = createServer((request, response) => void serve(request, response));

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await buffer(request).catch(() => undefined); // the client disconnected
    if (!body || body.length > maxBodyBytes) return void response.destroy();
    const url = new URL(request.url ?? '/', 'http://s3');
    const fault = signatureFault(request.headers, body, account.accessKeyId);
    const s3Request = {
      method: request.method ?? 'GET',
      key: decodeURIComponent(url.pathname),
      query: url.searchParams,
      headers: request.headers,
      body,
    };
    if (fault) return send(response, { status: 403, code: fault });
    if (failureStatus > 0) return send(response, { status: failureStatus, code: failureStatus === 507 ? 'XMinioStorageFull' : 'SlowDown' });
    const result = bucket.handle(s3Request);
    operations.push(result.operation);
    send(response, result.response, request.method === 'HEAD');
  }

  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  return {
    ...account,
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    operations,
    contents: () => bucket.contents(),
    age: (part) => bucket.age(part),
    replace: (part, bytes) => bucket.replace(part, bytes),
    fail: (status) => {
      failureStatus = status;
    },
    stop: async () => {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}

function send(response: ServerResponse, { status, headers = {}, body, code }: S3Response, withoutBody = false): void {
  const xml = code ? `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>${code}</Message></Error>` : undefined;
  const content = xml ?? body ?? '';
  response.writeHead(status, {
    ...(typeof content === 'string' && content ? { 'content-type': 'application/xml' } : {}),
    'content-length': String(Buffer.byteLength(content)),
    ...headers,
  });
  response.end(withoutBody ? undefined : content);
}

const authorizationPattern =
  /^AWS4-HMAC-SHA256 Credential=([^/]+)\/\d{8}\/[a-z0-9-]+\/s3\/aws4_request, ?SignedHeaders=([a-z0-9;-]+), ?Signature=[0-9a-f]{64}$/;

/** Returns the S3 error code of a request without a signature of this account, or whose body differs from the signed one. Ignores the secret key. */
function signatureFault(headers: IncomingHttpHeaders, body: Uint8Array, accessKeyId: string): string | undefined {
  const [, account, signed = ''] = authorizationPattern.exec(headers.authorization ?? '') ?? [];
  if (!account) return 'AccessDenied';
  if (account !== accessKeyId) return 'InvalidAccessKeyId';
  if (!['host', 'x-amz-date'].every((name) => signed.split(';').includes(name))) return 'SignatureDoesNotMatch';
  const claimed = headers['x-amz-content-sha256'];
  if (typeof claimed === 'string' && /^[0-9a-f]{64}$/.test(claimed) && claimed !== createHash('sha256').update(body).digest('hex'))
    return 'XAmzContentSHA256Mismatch';
  return undefined;
}
