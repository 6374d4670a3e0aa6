import { Injectable } from '@nestjs/common';
import { mediaKinds } from '#contracts';
import { Bus } from '#platform';
import type { StoredBlob } from '#storage';
import type { Upload, UploadResult } from './upload.ts';
import { readMetadata } from './upload-metadata.ts';

@Injectable() // passes a completed upload to the service for its kind
export class UploadConsumers {
  constructor(private readonly bus: Bus) {}

  /**
   * Asking again with the same id gives the same resource, so an attempt that died before it could say so does no harm.
   * @throws Failure whatever the service refuses the file with
   */
  async take({ kind, targetId, fileName, metadata }: Upload, { sha256, sizeBytes }: StoredBlob): Promise<UploadResult> {
    const { fields } = readMetadata(metadata ?? undefined);
    const { id, job } = await this.bus.call(mediaKinds[kind].create, { ...fields, blobSha256: sha256, sizeBytes, fileName, id: targetId });
    return { id, jobId: job?.id ?? null };
  }
}
