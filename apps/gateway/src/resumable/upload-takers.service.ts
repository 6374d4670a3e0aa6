import { Injectable } from '@nestjs/common';
import { createTrack } from '#contracts';
import { Bus } from '#platform';
import type { StoredBlob } from '#storage';
import type { Upload, UploadResult } from './upload.ts';
import type { UploadKind } from './upload-metadata.ts';

type Taker = (upload: Upload, blob: StoredBlob) => Promise<UploadResult>;

@Injectable() // hands a whole file to the service that wants its kind
export class UploadTakers {
  private readonly takers: Readonly<Record<UploadKind, Taker>> = { audio: (upload, blob) => this.toTrack(upload, blob) };

  constructor(private readonly bus: Bus) {}

  /** @throws Failure whatever the service refuses the file with */
  take(upload: Upload, blob: StoredBlob): Promise<UploadResult> {
    return this.takers[upload.kind](upload, blob);
  }

  /** Asking again with the same id gives the same track, so an attempt that died before it could say so does no harm. */
  private async toTrack({ targetId, fileName }: Upload, { sha256, sizeBytes }: StoredBlob): Promise<UploadResult> {
    const { track, job } = await this.bus.call(createTrack, { blobSha256: sha256, sizeBytes, fileName, trackId: targetId });
    return { trackId: track.id, jobId: job.id };
  }
}
