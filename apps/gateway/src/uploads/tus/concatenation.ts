/** `Upload-Concat` of tus 1.0.0: uploads that are parts of one file, and the upload that joins them. Pure. */
import { type Headers, headerFault } from './tus.ts';

export const concatRoles = ['partial', 'final'] as const;
export type ConcatRole = (typeof concatRoles)[number];

export interface PartialUpload {
  readonly role: 'partial';
}
export interface FinalUpload {
  readonly role: 'final';
  /** In the order of the file, each once. */
  readonly partIds: readonly string[];
}

/** Parts of one file. */
export const maxParts = 64;

const name = 'upload-concat';
const uploadPath = /\/v1\/uploads\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\/?$/i;

/**
 * `partial`, or `final;` and the addresses of the parts, separated by spaces. Of an absolute address only the path counts: a proxy may have another host and a prefix.
 *
 * @returns undefined where the header is absent
 * @throws Failure request-invalid for anything else, for more than 64 parts, for a part that is there twice
 */
export function concatenationIn(headers: Headers): PartialUpload | FinalUpload | undefined {
  const text = headers[name];
  if (text === undefined) return undefined;
  if (text === 'partial') return { role: 'partial' };
  if (typeof text !== 'string' || !text.startsWith('final;'))
    throw headerFault(name, 'Upload-Concat is to be partial, or final; and the addresses of the parts.');
  return { role: 'final', partIds: partIdsOf(text.slice('final;'.length)) };
}

function partIdsOf(text: string): string[] {
  const addresses = text.split(' ').filter((address) => address !== '');
  if (addresses.length === 0) throw headerFault(name, 'A final upload needs the address of a part.');
  if (addresses.length > maxParts) throw headerFault(name, `A file may have ${maxParts} parts.`);
  const ids = addresses.map(idOfAddress);
  if (new Set(ids).size < ids.length) throw headerFault(name, 'A part is there twice.');
  return ids;
}

function idOfAddress(address: string): string {
  const path = URL.parse(address, 'http://any')?.pathname ?? '';
  const id = uploadPath.exec(path)?.[1];
  if (!id) throw headerFault(name, 'A part is no address of an upload.');
  return id.toLowerCase();
}

/** A final upload follows from its parts. @throws Failure request-invalid where a length or bytes came with it */
export function refuseOwnBytes(headers: Headers, hasBytes: boolean): void {
  const given = (['upload-length', 'upload-defer-length'] as const).find((header) => headers[header] !== undefined);
  if (given) throw headerFault(given, 'The length of a final upload is that of its parts.');
  if (hasBytes) throw headerFault(name, 'A final upload has the bytes of its parts, and none of its own.');
}

/** As HEAD gives it back. */
export function concatHeaderOf(role: ConcatRole, partIds: readonly string[] | null): string {
  return role === 'partial' ? role : `final;${(partIds ?? []).map((id) => `/v1/uploads/${id}`).join(' ')}`;
}
