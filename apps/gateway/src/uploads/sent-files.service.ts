import { Injectable } from '@nestjs/common';
import {
  createLoad,
  createTrack,
  type DocumentFormat,
  Failure,
  getCollection,
  type MediaIntake,
  type MediaKind,
  mediaKinds,
  type ReplyOf,
  titleOf,
} from '#contracts';
import { Bus } from '#platform';

/** What a file is to become. */
export interface FileTarget {
  readonly kind: MediaKind;
  /** The collection that documents are loaded into. */
  readonly collectionId?: string | undefined;
  /** Of a track: a truncated file is refused. */
  readonly strict?: boolean | undefined;
}

/** A stored file with what its sender says about it. */
export interface SentFile extends FileTarget {
  readonly intake: MediaIntake & { readonly id: string };
  /** What the sender takes it for. */
  readonly contentType?: string | null | undefined;
}

type Created = Pick<ReplyOf<(typeof mediaKinds)[MediaKind]['create']>, 'id' | 'job'>;

@Injectable() // passes files of resumable uploads and imports to the service for their kind
export class SentFiles {
  constructor(private readonly bus: Bus) {}

  /**
   * Before the bytes are here.
   *
   * @param pointer where the collection stands in the request
   * @throws Failure `request-invalid` for documents without a collection; `collection-not-found`
   */
  async requireTarget({ kind, collectionId }: FileTarget, pointer: string): Promise<void> {
    if (kind !== 'documents') return;
    if (collectionId === undefined) throw collectionMissing(pointer);
    await this.bus.call(getCollection, { collectionId });
  }

  /** Idempotent: the id of the resource is part of the file. @throws Failure whatever the service refuses the file with */
  create({ kind, collectionId, strict, intake, contentType }: SentFile): Promise<Created> {
    if (kind === 'track') return this.bus.call(createTrack, { ...intake, ...(strict && { strict }) });
    if (kind !== 'documents') return this.bus.call(mediaKinds[kind].create, intake);
    const { fileName, ...load } = intake;
    const format = documentFormatOf(fileName, contentType);
    return this.bus.call(createLoad, { ...load, title: titleOf(intake, undefined), format, collectionId: collectionId ?? '' });
  }
}

const detail = 'Documents need the `collectionId` of the collection that they are loaded into.';
const collectionMissing = (pointer: string) => new Failure('request-invalid', detail, { errors: [{ pointer, code: 'required', detail }] });

/** CSV by its media type or the end of its name, else NDJSON. */
export const documentFormatOf = (fileName: string, contentType: string | null | undefined): DocumentFormat =>
  /^text\/csv\b/i.test(contentType ?? '') || /\.csv$/i.test(fileName) ? 'csv' : 'ndjson';
