import { Injectable } from '@nestjs/common';
import { createTrack, listTracks } from '#contracts';
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

  private async toTrack(upload: Upload, { sha256, sizeBytes }: StoredBlob): Promise<UploadResult> {
    const before = upload.finishAttempts > 0 ? await this.trackOf(upload, sha256) : undefined;
    if (before) return before;
    const { track, job } = await this.bus.call(createTrack, { blobSha256: sha256, sizeBytes, fileName: upload.fileName });
    return { trackId: track.id, jobId: job.id };
  }

  /** An earlier attempt may have made the track and died before it could say so: newest first, it is among the first ones. */
  private async trackOf({ fileName, arrivedAt }: Upload, sha256: string): Promise<UploadResult | undefined> {
    const { items } = await this.bus.call(listTracks, { limit: 100 });
    const sinceMs = arrivedAt?.getTime() ?? 0;
    const found = items.find((track) => track.sha256 === sha256 && track.fileName === fileName && Date.parse(track.createdAt) >= sinceMs);
    return found && { trackId: found.id, jobId: found.jobId };
  }
}
