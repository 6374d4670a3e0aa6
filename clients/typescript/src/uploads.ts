/** Sends files piece by piece and goes on where a broken connection stopped (tus 1.0.0). */
import { type Connection, RafagaError, send } from './client.ts';
import type { components } from './schema.ts';

export type Upload = components['schemas']['Upload'];

export interface UploadOptions {
  /** What is said about the file: `filename`, `filetype`, `kind`, `title`, … */
  readonly metadata?: Readonly<Record<string, string>>;
  /** Bytes a request; 8 MiB unless told. */
  readonly chunkBytes?: number;
  /** Goes on with an upload that was begun before: its path, as `onCreated` told it. */
  readonly resume?: string;
  /** Told the path of the upload; keep it to resume later. */
  readonly onCreated?: (path: string) => void;
  /** Told how many bytes have arrived. */
  readonly onProgress?: (sentBytes: number, totalBytes: number) => void;
  readonly signal?: AbortSignal;
  /** Broken requests in a row before the error is thrown; 5 unless told. */
  readonly maxRetries?: number;
}

const tus = { 'tus-resumable': '1.0.0' } as const;

/**
 * @returns the upload with the ids of what has become of it
 * @throws RafagaError when the server refuses the file; what broke the connection, after `maxRetries`
 */
export async function uploadFile(connection: Connection, file: Blob, options: UploadOptions = {}): Promise<Upload> {
  const { chunkBytes = 8 * 1024 * 1024, maxRetries = 5, onProgress, signal } = options;
  const path = options.resume ?? (await createUpload(connection, file, options));
  let offset = options.resume ? await offsetOf(connection, path, signal) : 0;
  for (let failures = 0; offset < file.size; ) {
    onProgress?.(offset, file.size);
    try {
      offset = await append(connection, path, offset, file.slice(offset, offset + chunkBytes), signal);
      failures = 0;
    } catch (error) {
      signal?.throwIfAborted();
      if (isRefusal(error) || ++failures > maxRetries) throw error;
      offset = await offsetOf(connection, path, signal);
    }
  }
  onProgress?.(file.size, file.size);
  const response = await send(connection, path, { ...(signal ? { signal } : {}) });
  return (await response.json()) as Upload;
}

/** 409: another offset, 423: locked by the request that broke, 460: broken on the way. */
const passing = [409, 423, 460];
const isRefusal = (error: unknown) => error instanceof RafagaError && error.status < 500 && !passing.includes(error.status);

async function createUpload(connection: Connection, file: Blob, { metadata = {}, onCreated, signal }: UploadOptions): Promise<string> {
  const said = Object.entries({ ...(file.type ? { filetype: file.type } : {}), ...metadata });
  const response = await send(connection, '/v1/uploads', {
    method: 'POST',
    headers: {
      ...tus,
      'upload-length': String(file.size),
      'upload-metadata': said.map(([name, text]) => `${name} ${base64(text)}`).join(','),
    },
    ...(signal ? { signal } : {}),
  });
  const path = response.headers.get('location');
  if (!path) throw new Error('The server did not say where the upload is.');
  onCreated?.(path);
  return path;
}

const base64 = (text: string) => btoa(String.fromCharCode(...new TextEncoder().encode(text)));

async function offsetOf(connection: Connection, path: string, signal: AbortSignal | undefined): Promise<number> {
  const response = await send(connection, path, { method: 'HEAD', headers: tus, ...(signal ? { signal } : {}) });
  return Number(response.headers.get('upload-offset'));
}

async function append(connection: Connection, path: string, offset: number, bytes: Blob, signal: AbortSignal | undefined): Promise<number> {
  const response = await send(connection, path, {
    method: 'PATCH',
    headers: { ...tus, 'content-type': 'application/offset+octet-stream', 'upload-offset': String(offset) },
    body: bytes,
    ...(signal ? { signal } : {}),
  });
  return Number(response.headers.get('upload-offset'));
}
