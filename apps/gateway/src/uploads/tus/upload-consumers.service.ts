import { Injectable } from '@nestjs/common';
import { createTrack } from '#contracts';
import { Bus } from '#platform';
import type { StoredBlob } from '#storage';
import type { Upload, UploadResult } from './upload.ts';
import { readMetadata, type UploadKind } from './upload-metadata.ts';

type UploadConsumer = (upload: Upload, blob: StoredBlob) => Promise<UploadResult>;

@Injectable() // passes a completed upload to the service registered for its kind
export class UploadConsumers {
  private readonly consumers: Readonly<Record<UploadKind, UploadConsumer>> = { audio: (upload, blob) => this.toTrack(upload, blob) };

  constructor(private readonly bus: Bus) {}

  /** @throws Failure whatever the service refuses the file with */
  take(upload: Upload, blob: StoredBlob): Promise<UploadResult> {
    return this.consumers[upload.kind](upload, blob);
  }

  /** Asking again with the same id gives the same track, so an attempt that died before it could say so does no harm. */
  private async toTrack({ targetId, fileName, metadata }: Upload, { sha256, sizeBytes }: StoredBlob): Promise<UploadResult> {
    const { fields } = readMetadata(metadata ?? undefined);
    const { id, job } = await this.bus.call(createTrack, { ...fields, blobSha256: sha256, sizeBytes, fileName, id: targetId });
    return { trackId: id, jobId: job?.id ?? null };
  }
}
