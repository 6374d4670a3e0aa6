/** Single tus requests, so that a test can send each of them incorrectly. */
import { once } from 'node:events';
import { type ClientRequest, request as openRequest } from 'node:http';
import type { Answer, Api } from './api.ts';

export const tus = { 'tus-resumable': '1.0.0' } as const;
export const partType = { 'content-type': 'application/offset+octet-stream' } as const;

export const metadata = (values: Readonly<Record<string, string>>): string =>
  Object.entries(values)
    .map(([name, value]) => `${name} ${Buffer.from(value).toString('base64')}`)
    .join(',');

export interface Creation {
  readonly name?: string;
  readonly headers?: Record<string, string>;
  readonly body?: Uint8Array;
}

/** @returns the response; its `location` header is the path of the upload */
export function createUpload(
  api: Api,
  lengthBytes: number | undefined,
  { name = 'track.wav', headers = {}, body }: Creation = {},
): Promise<Answer> {
  return api.send('/v1/uploads', {
    method: 'POST',
    headers: {
      ...tus,
      ...(lengthBytes === undefined ? {} : { 'upload-length': String(lengthBytes) }),
      'upload-metadata': metadata({ filename: name, filetype: 'audio/wav' }),
      ...(body ? partType : {}),
      ...headers,
    },
    ...(body ? { body: body as Uint8Array<ArrayBuffer> } : {}),
  });
}

/** Creates an upload. @returns its path */
export async function newUpload(api: Api, lengthBytes: number | undefined, creation: Creation = {}): Promise<string> {
  const answer = await createUpload(api, lengthBytes, creation);
  if (answer.status !== 201) throw new Error(`not created: ${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.headers.get('location')!;
}

export function append(api: Api, path: string, offset: number, bytes: Uint8Array, headers: Record<string, string> = {}): Promise<Answer> {
  return api.send(path, {
    method: 'PATCH',
    headers: { ...tus, ...partType, 'upload-offset': String(offset), ...headers },
    body: bytes as Uint8Array<ArrayBuffer>,
  });
}

export const head = (api: Api, path: string): Promise<Answer> => api.send(path, { method: 'HEAD', headers: tus });

export const offsetOf = async (api: Api, path: string): Promise<number> => Number((await head(api, path)).headers.get('upload-offset'));

/** Opens a PATCH request of `lengthBytes` without sending its body. Connection errors are ignored, because tests cause them. */
export async function openPatch(api: Api, path: string, offset: number, lengthBytes: number): Promise<ClientRequest> {
  const request = openRequest(new URL(path, api.url), {
    method: 'PATCH',
    headers: {
      ...tus,
      ...partType,
      authorization: `Bearer ${api.token}`,
      'upload-offset': String(offset),
      'content-length': String(lengthBytes),
    },
  });
  request.on('error', () => {}); // tests abort it on purpose
  request.flushHeaders();
  await once(request, 'socket');
  return request;
}
