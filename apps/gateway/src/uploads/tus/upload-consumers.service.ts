import { Injectable } from '@nestjs/common';
import { mediaKinds } from '#contracts';
import { requireCall, runInCall } from '#platform';
import type { StoredBlob } from '#storage';
import { SentFiles } from '../sent-files.service.ts';
import type { Upload, UploadResult } from './upload.ts';
import { readMetadata } from './upload-metadata.ts';

@Injectable() // passes a completed upload to the service for its kind
export class UploadConsumers {
  constructor(private readonly files: SentFiles) {}

  /**
   * Has its full time, however long the copy into the blob store took: a file that is copied slowly would otherwise never be handed over.
   * Asking again with the same id gives the same resource, so an attempt that died before it could say so does no harm.
   * @throws Failure whatever the service refuses the file with
   */
  async take({ kind, targetId, fileName, contentType, metadata }: Upload, { sha256, sizeBytes }: StoredBlob): Promise<UploadResult> {
    const { fields, collectionId, strict } = readMetadata(metadata ?? undefined);
    const call = { ...requireCall(), deadlineAtMs: Date.now() + mediaKinds[kind].create.deadlineMs };
    const intake = { ...fields, blobSha256: sha256, sizeBytes, fileName, id: targetId };
    const { id, job } = await runInCall(call, () => this.files.create({ kind, collectionId, strict, contentType, intake }));
    return { id, jobId: job?.id ?? null, ...(kind === 'documents' && collectionId ? { collectionId } : {}) };
  }
}
