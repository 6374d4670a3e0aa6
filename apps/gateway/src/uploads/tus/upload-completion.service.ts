import { Injectable } from '@nestjs/common';
import { Failure } from '#contracts';
import { isRefusal, Uploads } from '../uploads.service.ts';
import { FinalUploadStore } from './final-upload.store.ts';
import { PartFolder } from './part-file.ts';
import { uploadsEnded } from './resumable.metrics.ts';
import { UploadStore } from './upload.store.ts';
import { filesOf, incomplete, type Upload, uploadLocked, wrongOffset } from './upload.ts';
import { type FilePart, readParts } from './upload-bytes.ts';
import { UploadConsumers } from './upload-consumers.service.ts';
import { type UploadLease, withHeartbeat } from './upload-lease.ts';

@Injectable() // makes a file of an upload whose bytes are all there
export class UploadCompletion {
  constructor(
    private readonly store: UploadStore,
    private readonly finals: FinalUploadStore,
    private readonly folder: PartFolder,
    private readonly uploads: Uploads,
    private readonly consumers: UploadConsumers,
  ) {}

  /**
   * The bytes go into the blob store, hashed on the way, and on to the service that wants them. A refusal ends the upload and leaves nothing;
   * after any other failure it stays as it is, and is tried again.
   *
   * @returns the upload as it ended
   * @throws Failure what the service refused it with; upload-offset-mismatch, and upload-incomplete of a final upload, when bytes are gone from the
   *   disk and have to be sent again
   */
  async finish(lease: UploadLease): Promise<Upload> {
    const { upload } = lease;
    const parts = await this.partsOf(lease);
    if (!(await this.store.beginFinish(lease.claim))) throw uploadLocked();
    try {
      const result = await withHeartbeat(
        () => lease.renew(),
        (lost) => this.takeIn(lease, parts, lost),
      );
      if (!(await this.store.finish(lease.claim, result))) throw uploadLocked();
      await this.end(upload, 'finished');
      return { ...upload, state: 'finished', result };
    } catch (error) {
      if (isRefusal(error)) await this.refuse(lease, error);
      throw error;
    }
  }

  private takeIn(lease: UploadLease, parts: readonly FilePart[], lost: AbortSignal) {
    const { upload } = lease;
    return this.uploads.keep({ fileName: upload.fileName, bytes: readParts(parts, lost) }, (blob) => {
      lease.requireAlive();
      return this.consumers.take(upload, blob);
    });
  }

  /** Where its bytes are. */
  private async partsOf(lease: UploadLease): Promise<readonly FilePart[]> {
    const { upload } = lease;
    if (upload.partIds === null) await this.requireBytes(lease);
    const parts = upload.partIds === null ? [upload] : await this.joinedBy(lease);
    return parts.map(({ id, offsetBytes }) => ({ path: this.folder.pathOf(id), sizeBytes: offsetBytes }));
  }

  /** A disk that lost bytes: say how many are left, and the client sends the rest again. */
  private async requireBytes(lease: UploadLease): Promise<void> {
    const sizeBytes = await this.folder.sizeOf(lease.upload.id);
    if (sizeBytes >= lease.upload.offsetBytes) return;
    await lease.advance(sizeBytes);
    throw wrongOffset(lease.upload);
  }

  /** A disk that lost bytes of a part: the parts are uploads of their own again, and the client sends the rest and joins them anew. */
  private async joinedBy(lease: UploadLease): Promise<readonly Pick<Upload, 'id' | 'offsetBytes'>[]> {
    const parts = await this.finals.partsOf(lease.upload);
    const standing = await Promise.all(
      parts.map(async ({ id, offsetBytes }) => ({ id, offsetBytes: Math.min(offsetBytes, await this.folder.sizeOf(id)) })),
    );
    const lost = standing.filter(({ offsetBytes }, at) => offsetBytes < (parts[at]?.offsetBytes ?? 0));
    if (lost.length === 0) return parts;
    await this.finals.dissolve(lease.claim, lost);
    throw incomplete(lost.map(({ id }) => id));
  }

  private async refuse(lease: UploadLease, error: unknown): Promise<void> {
    if (await this.store.refuse(lease.claim, Failure.from(error).toWire())) await this.end(lease.upload, 'refused');
  }

  private async end(upload: Upload, outcome: 'finished' | 'refused'): Promise<void> {
    for (const id of filesOf(upload)) await this.folder.remove(id);
    uploadsEnded.inc({ outcome });
  }
}
