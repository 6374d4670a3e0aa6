/** What a client says about its file: `Upload-Metadata: filename c29uZy53YXY=,filetype YXVkaW8vd2F2`. Pure. */
import * as z from 'zod';
import { Failure, type MediaKind, mediaKindNames, mediaKindOf, type NewOwnerFields } from '#contracts';
import { checkFileName } from '../file-name.ts';
import { isOwnerField, readOwnerFields } from '../owner-fields.ts';
import { headerFault, isBase64 } from './tus.ts';

export interface UploadMetadata {
  /** As it was sent: HEAD gives it back. */
  readonly header: string | null;
  readonly fileName: string;
  /** What the client takes it for; only shown, what counts is the bytes. */
  readonly contentType: string | null;
  /** What the file becomes; a track unless told. */
  readonly kind: MediaKind;
  /** Of documents: the collection that they are loaded into. */
  readonly collectionId: string | undefined;
  /** `true` refuses a truncated track. */
  readonly strict: boolean | undefined;
  /** `title`, `externalId`; `tags` (a JSON list or one tag) and `metadata` (a JSON object). */
  readonly fields: NewOwnerFields;
}

const name = 'upload-metadata';
const maxLength = 8_192;
const maxPairs = 32;
const keyShape = /^[\x21-\x2b\x2d-\x7e]+$/; // printable ASCII but the space and the comma
const mediaType = /^[\w!#$&^.+-]{1,127}\/[\w!#$&^.+-]{1,127}(?:;[\x20-\x7e]{0,64})?$/;
const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * @throws Failure request-invalid (pointer /header/upload-metadata) for what is no metadata, a file name that is a path, a kind we do not know
 */
export function readMetadata(header: string | readonly string[] | undefined): UploadMetadata {
  if (header !== undefined && typeof header !== 'string') throw headerFault(name, 'Upload-Metadata is there twice.');
  const pairs = pairsOf(header ?? '');
  const fileName = pairs.get('filename') || pairs.get('name');
  const kind = checkedKind(pairs.get('kind') || 'track');
  return {
    header: header ? header : null,
    fileName: fileName ? checkedName(fileName) : 'untitled',
    contentType: checkedType(pairs.get('filetype') || pairs.get('type')),
    kind,
    collectionId: checkedCollection(pairs.get('collectionId')),
    strict: checkedStrict(pairs.get('strict'), kind),
    fields: readOwnerFields(
      [...pairs].filter(([key]) => isOwnerField(key)),
      `/header/${name}`,
    ),
  };
}

function pairsOf(header: string): Map<string, string> {
  if (header.length > maxLength) throw headerFault(name, `Upload-Metadata may have ${maxLength} characters.`);
  const pairs = new Map<string, string>();
  if (header === '') return pairs;
  const parts = header.split(',');
  if (parts.length > maxPairs) throw headerFault(name, `Upload-Metadata may have ${maxPairs} pairs.`);
  for (const part of parts) {
    const [key = '', value = '', ...rest] = part.trim().split(' ');
    if (!keyShape.test(key) || rest.length > 0 || !isBase64(value))
      throw headerFault(name, 'Each pair is to be a key, a space and base64.');
    if (pairs.has(key)) throw headerFault(name, 'A key is there twice.');
    pairs.set(key, textOf(value));
  }
  return pairs;
}

function textOf(value: string): string {
  try {
    return utf8.decode(Buffer.from(value, 'base64'));
  } catch {
    throw headerFault(name, 'A value is no UTF-8.');
  }
}

function checkedName(fileName: string): string {
  try {
    return checkFileName(fileName);
  } catch (error) {
    throw headerFault(name, Failure.from(error).message);
  }
}

function checkedType(type: string | undefined): string | null {
  if (!type) return null;
  if (!mediaType.test(type)) throw headerFault(name, 'The filetype is no media type.');
  return type;
}

function checkedCollection(id: string | undefined): string | undefined {
  if (!id) return undefined;
  if (!z.uuid().safeParse(id).success) throw headerFault(name, 'The collectionId is no id of a collection.');
  return id;
}

function checkedStrict(text: string | undefined, kind: MediaKind): boolean | undefined {
  if (!text) return undefined;
  if (text !== 'true' && text !== 'false') throw headerFault(name, 'strict is to be true or false.');
  if (text === 'true' && kind !== 'track') throw headerFault(name, 'Only a track can be taken strictly.');
  return text === 'true';
}

function checkedKind(text: string): MediaKind {
  const kind = mediaKindOf(text);
  if (!kind) throw headerFault(name, `The kind is to be one of ${mediaKindNames.join(', ')}.`);
  return kind;
}
