/** The words of tus 1.0.0 (https://tus.io/protocols/resumable-upload): what we speak, and how its headers are read. Pure. */
import { Failure, invalidField } from '#contracts';

export const tusVersion = '1.0.0';
export const tusExtensions = [
  'creation',
  'creation-with-upload',
  'creation-defer-length',
  'expiration',
  'checksum',
  'termination',
  'concatenation',
] as const;
export const checksumAlgorithms = ['sha256', 'sha1', 'md5'] as const;
export type ChecksumAlgorithm = (typeof checksumAlgorithms)[number];

export const partContentType = 'application/offset+octet-stream';

/** On every answer, good or bad. */
export const tusHeaders = { 'Tus-Resumable': tusVersion, 'Tus-Version': tusVersion } as const;

export type Headers = Readonly<Record<string, string | readonly string[] | undefined>>;

export interface Checksum {
  readonly algorithm: ChecksumAlgorithm;
  readonly digest: Buffer;
}

const digestBytes: Readonly<Record<ChecksumAlgorithm, number>> = { sha256: 32, sha1: 20, md5: 16 };
/** Canonical base64 only, so that a digest has one spelling. */
const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
/** Fifteen digits are a petabyte, and exact as a number. */
const wholeNumber = /^(?:0|[1-9]\d{0,14})$/;

export const isBase64 = (text: string): boolean => base64.test(text);

export function headerFault(name: string, detail: string): Failure {
  return invalidField(`/header/${name}`, detail, 'header-invalid');
}

/** @throws Failure tus-version-unsupported when the client does not say that it speaks 1.0.0 */
export function requireTus(headers: Headers): void {
  if (headers['tus-resumable'] === tusVersion) return;
  throw new Failure('tus-version-unsupported', `Send Tus-Resumable: ${tusVersion}.`);
}

/** @returns undefined where the header is absent. @throws Failure request-invalid unless it is a whole number from 0 to 10^15 - 1 */
export function bytesIn(headers: Headers, name: 'upload-offset' | 'upload-length'): number | undefined {
  const text = headers[name];
  if (text === undefined) return undefined;
  if (typeof text === 'string' && wholeNumber.test(text)) return Number(text);
  throw headerFault(name, `${name} is to be a number of bytes.`);
}

/** @throws Failure request-invalid when it is absent or no number */
export function requiredOffset(headers: Headers): number {
  const offset = bytesIn(headers, 'upload-offset');
  if (offset === undefined) throw headerFault('upload-offset', 'Upload-Offset is missing.');
  return offset;
}

/**
 * The length of a new upload; null when the client will tell it later.
 * @throws Failure request-invalid unless there is exactly one of Upload-Length and `Upload-Defer-Length: 1`
 */
export function lengthOfNew(headers: Headers): number | null {
  const length = bytesIn(headers, 'upload-length');
  const defer = headers['upload-defer-length'];
  if (defer !== undefined && defer !== '1') throw headerFault('upload-defer-length', 'Upload-Defer-Length can only be 1.');
  if (length !== undefined && defer !== undefined) throw headerFault('upload-length', 'Upload-Length is there although it was deferred.');
  if (length === undefined && defer === undefined) throw headerFault('upload-length', 'Upload-Length is missing.');
  return length ?? null;
}

/**
 * `Upload-Checksum: sha256 <base64>`.
 * @returns undefined where the header is absent
 * @throws Failure request-invalid for another algorithm or a digest that cannot be one
 */
export function checksumIn(headers: Headers): Checksum | undefined {
  const text = headers['upload-checksum'];
  if (text === undefined) return undefined;
  const [name, digest = '', ...rest] = typeof text === 'string' ? text.split(' ') : [];
  const algorithm = checksumAlgorithms.find((known) => known === name);
  if (!algorithm) throw headerFault('upload-checksum', `The algorithm is to be one of ${checksumAlgorithms.join(', ')}.`);
  const bytes = Buffer.from(digest, 'base64');
  if (rest.length > 0 || !isBase64(digest) || bytes.length !== digestBytes[algorithm])
    throw headerFault('upload-checksum', `This is no ${algorithm} digest in base64.`);
  return { algorithm, digest: bytes };
}
