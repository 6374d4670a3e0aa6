/** An in-memory bucket and the S3 operations on it. */
import { createHash, randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { listing, textOf } from './s3-xml.ts';

export interface S3Request {
  readonly method: string;
  /** `/bucket/key`, decoded. */
  readonly key: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface S3Response {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer | string;
  /** Error code; the body is built from it. */
  readonly code?: string;
}

export interface S3Object {
  readonly bytes: Buffer;
  readonly storedAt: Date;
  /** `x-amz-meta-…` headers. */
  readonly metadata: Readonly<Record<string, string>>;
}

type Operation = (request: S3Request) => S3Response;

export class MemoryBucket {
  readonly #objects = new Map<string, S3Object>();
  readonly #uploads = new Map<string, Map<number, Buffer>>();
  readonly #pageSize: number;

  constructor(pageSize: number) {
    this.#pageSize = pageSize;
  }

  contents(): { keys: string[]; incompleteUploads: number } {
    return { keys: [...this.#objects.keys()].sort(), incompleteUploads: this.#uploads.size };
  }

  age(part: string): void {
    for (const [key, { storedAt, ...rest }] of this.#objects)
      if (key.includes(part)) this.#objects.set(key, { ...rest, storedAt: new Date(storedAt.getTime() - 3_600_000) });
  }

  replace(part: string, bytes: Buffer): void {
    for (const [key, stored] of this.#objects) if (key.includes(part)) this.#objects.set(key, { ...stored, bytes });
  }

  handle(request: S3Request): { operation: string; response: S3Response } {
    const { name, run } = this.#operationOf(request);
    return { operation: name, response: run(request) };
  }

  #operationOf({ method, query, headers }: S3Request): { name: string; run: Operation } {
    const choices: [boolean, string, Operation][] = [
      [method === 'POST' && query.has('uploads'), 'CreateMultipartUpload', this.#createUpload],
      [method === 'PUT' && query.has('partNumber'), 'UploadPart', this.#uploadPart],
      [method === 'POST' && query.has('uploadId'), 'CompleteMultipartUpload', this.#complete],
      [method === 'DELETE' && query.has('uploadId'), 'AbortMultipartUpload', this.#abort],
      [method === 'PUT' && 'x-amz-copy-source' in headers, 'CopyObject', this.#copy],
      [method === 'PUT', 'PutObject', this.#put],
      [method === 'GET' && query.has('list-type'), 'ListObjectsV2', this.#list],
      [method === 'GET', 'GetObject', this.#get],
      [method === 'HEAD', 'HeadObject', this.#get],
      [method === 'DELETE', 'DeleteObject', this.#delete],
    ];
    const [, name, run] = choices.find(([matches]) => matches) ?? [true, 'unknown', () => ({ status: 501, code: 'NotImplemented' })];
    return { name, run };
  }

  #store(key: string, bytes: Buffer, headers: IncomingHttpHeaders): S3Object {
    const stored = { bytes, storedAt: new Date(), metadata: metadataIn(headers) };
    this.#objects.set(key, stored);
    return stored;
  }

  readonly #put: Operation = ({ key, body, headers }) => ({ status: 200, headers: { etag: etagOf(this.#store(key, body, headers)) } });

  readonly #copy: Operation = ({ key, headers }) => {
    const from = `/${decodeURIComponent(String(headers['x-amz-copy-source'])).replace(/^\//, '')}`;
    const found = this.#objects.get(from);
    if (!found) return noSuchKey;
    // S3 rejects a copy of an object to itself that changes nothing.
    if (from === key && headers['x-amz-metadata-directive'] !== 'REPLACE') return { status: 400, code: 'InvalidRequest' };
    const { storedAt } = this.#store(key, found.bytes, headers);
    const body = `<CopyObjectResult><LastModified>${storedAt.toISOString()}</LastModified><ETag>${etagOf(found)}</ETag></CopyObjectResult>`;
    return { status: 200, body };
  };

  readonly #get: Operation = ({ key, headers }) => {
    const found = this.#objects.get(key);
    if (!found) return noSuchKey;
    const { bytes } = found;
    const commonHeaders = {
      etag: etagOf(found),
      'last-modified': found.storedAt.toUTCString(),
      'accept-ranges': 'bytes',
      ...found.metadata,
    };
    const [, first, last] = /^bytes=(\d+)-(\d*)$/.exec(headers.range ?? '') ?? [];
    if (first === undefined) return { status: 200, headers: { ...commonHeaders, 'content-length': String(bytes.length) }, body: bytes };
    const [start, end] = [Number(first), Math.min(last ? Number(last) : Number.POSITIVE_INFINITY, bytes.length - 1)];
    if (start >= bytes.length || end < start) return { status: 416, code: 'InvalidRange' };
    const part = { 'content-range': `bytes ${start}-${end}/${bytes.length}`, 'content-length': String(end - start + 1) };
    return { status: 206, headers: { ...commonHeaders, ...part }, body: bytes.subarray(start, end + 1) };
  };

  readonly #delete: Operation = ({ key }) => {
    this.#objects.delete(key);
    return { status: 204 };
  };

  readonly #list: Operation = ({ key, query }) => {
    const bucket = `${key.replace(/\/$/, '')}/`;
    const after = query.get('continuation-token') ?? '';
    const keys = [...this.#objects.keys()].filter((name) => name.startsWith(bucket + (query.get('prefix') ?? ''))).sort();
    const rest = keys.filter((name) => name > after);
    const page = rest.slice(0, this.#pageSize);
    const entries = page.map((name) => ({ key: name.slice(bucket.length), ...this.#objects.get(name)! }));
    return { status: 200, body: listing(entries, rest.length > page.length ? page.at(-1) : undefined) };
  };

  readonly #createUpload: Operation = () => {
    const uploadId = randomUUID();
    this.#uploads.set(uploadId, new Map());
    return { status: 200, body: `<InitiateMultipartUploadResult><UploadId>${uploadId}</UploadId></InitiateMultipartUploadResult>` };
  };

  readonly #uploadPart: Operation = ({ query, body }) => {
    const parts = this.#uploads.get(query.get('uploadId') ?? '');
    if (!parts) return noSuchUpload;
    parts.set(Number(query.get('partNumber')), body);
    return { status: 200, headers: { etag: etagOf({ bytes: body }) } };
  };

  readonly #complete: Operation = ({ key, query, body, headers }) => {
    const uploadId = query.get('uploadId') ?? '';
    const parts = this.#uploads.get(uploadId);
    if (!parts) return noSuchUpload;
    const partNumbers = textOf(body.toString(), 'PartNumber').map(Number);
    const bytes = partNumbers.map((number) => parts.get(number));
    if (bytes.some((part, index) => !part || (index < bytes.length - 1 && part.length < minPartBytes)))
      return { status: 400, code: 'EntityTooSmall' };
    this.#uploads.delete(uploadId);
    const stored = this.#store(key, Buffer.concat(bytes as Buffer[]), headers);
    return { status: 200, body: `<CompleteMultipartUploadResult><ETag>${etagOf(stored)}</ETag></CompleteMultipartUploadResult>` };
  };

  readonly #abort: Operation = ({ query }) => (this.#uploads.delete(query.get('uploadId') ?? '') ? { status: 204 } : noSuchUpload);
}

const minPartBytes = 5 * 1_024 * 1_024;
const noSuchKey: S3Response = { status: 404, code: 'NoSuchKey' };
const noSuchUpload: S3Response = { status: 404, code: 'NoSuchUpload' };
const metadataIn = (headers: IncomingHttpHeaders) =>
  Object.fromEntries(Object.entries(headers).flatMap(([name, value]) => (name.startsWith('x-amz-meta-') ? [[name, String(value)]] : [])));
const etagOf = ({ bytes }: Pick<S3Object, 'bytes'>) => `"${createHash('md5').update(bytes).digest('hex')}"`;
