import { createReadStream } from 'node:fs';
import { Injectable } from '@nestjs/common';
import { Failure } from '#contracts';
import { isRefusal, Uploads } from '../uploads.service.ts';
import { PartFolder } from './part-file.ts';
import { uploadsEnded } from './resumable.metrics.ts';
import { UploadStore } from './upload.store.ts';
import { type Upload, uploadLocked, wrongOffset } from './upload.ts';
import { UploadConsumers } from './upload-consumers.service.ts';
import { type UploadLease, withHeartbeat } from './upload-lease.ts';

@Injectable() // makes a file of an upload whose bytes are all there
export class UploadCompletion {
  constructor(
    private readonly store: UploadStore,
    private readonly folder: PartFolder,
    private readonly uploads: Uploads,
    private readonly consumers: UploadConsumers,
  ) {}

  /**
   * The bytes go into the blob store, hashed on the way, and on to the service that wants them. A refusal ends the upload and leaves nothing;
   * after any other failure it stays as it is, and is tried again.
   *
   * @returns the upload as it ended
   * @throws Failure what the service refused it with; upload-offset-mismatch when bytes are gone from the disk and have to be sent again
   */
  async finish(lease: UploadLease): Promise<Upload> {
    const { upload } = lease;
    await this.requireBytes(lease);
    if (!(await this.store.beginFinish(lease.claim))) throw uploadLocked();
    try {
      const result = await withHeartbeat(
        () => lease.renew(),
        (lost) => this.takeIn(lease, lost),
      );
      if (!(await this.store.finish(lease.claim, result))) throw uploadLocked();
      await this.end(upload, 'finished');
      return { ...upload, state: 'finished', result };
    } catch (error) {
      if (isRefusal(error)) await this.refuse(lease, error);
      throw error;
    }
  }

  private takeIn(lease: UploadLease, lost: AbortSignal) {
    const { upload } = lease;
    const bytes = createReadStream(this.folder.pathOf(upload.id), {
      end: upload.offsetBytes - 1,
      highWaterMark: 256 * 1_024,
      signal: lost,
    });
    return this.uploads.keep({ fileName: upload.fileName, bytes }, (blob) => {
      lease.requireAlive();
      return this.consumers.take(upload, blob);
    });
  }

  /** A disk that lost bytes: say how many are left, and the client sends the rest again. */
  private async requireBytes(lease: UploadLease): Promise<void> {
    const sizeBytes = await this.folder.sizeOf(lease.upload.id);
    if (sizeBytes >= lease.upload.offsetBytes) return;
    await lease.advance(sizeBytes);
    throw wrongOffset(lease.upload);
  }

  private async refuse(lease: UploadLease, error: unknown): Promise<void> {
    if (await this.store.refuse(lease.claim, Failure.from(error).toWire())) await this.end(lease.upload, 'refused');
  }

  private async end({ id }: Upload, outcome: 'finished' | 'refused'): Promise<void> {
    await this.folder.remove(id);
    uploadsEnded.inc({ outcome });
  }
}
