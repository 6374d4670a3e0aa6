import { createReadStream } from 'node:fs';
import { Injectable } from '@nestjs/common';
import { Failure } from '#contracts';
import { isRefusal, Uploads } from '../uploads/uploads.service.ts';
import { PartFolder } from './part-file.ts';
import { uploadsEnded } from './resumable.metrics.ts';
import { UploadStore } from './upload.store.ts';
import { type Upload, uploadLocked, wrongOffset } from './upload.ts';
import { UploadTakers } from './upload-takers.service.ts';
import { type UploadTurn, whileBeating } from './upload-turn.ts';

@Injectable() // makes a file of an upload whose bytes are all there
export class FinishUploads {
  constructor(
    private readonly store: UploadStore,
    private readonly folder: PartFolder,
    private readonly uploads: Uploads,
    private readonly takers: UploadTakers,
  ) {}

  /**
   * The bytes go into the blob store, hashed on the way, and on to the service that wants them. A refusal ends the upload and leaves nothing;
   * after any other failure it stays as it is, and is tried again.
   *
   * @returns the upload as it ended
   * @throws Failure what the service refused it with; upload-offset-mismatch when bytes are gone from the disk and have to be sent again
   */
  async finish(turn: UploadTurn): Promise<Upload> {
    const { upload } = turn;
    await this.requireBytes(turn);
    if (!(await this.store.beginFinish(turn.claim))) throw uploadLocked();
    try {
      const result = await whileBeating(
        () => turn.renew(),
        (lost) => this.takeIn(turn, lost),
      );
      if (!(await this.store.finish(turn.claim, result))) throw uploadLocked();
      await this.end(upload, 'finished');
      return { ...upload, state: 'finished', result };
    } catch (error) {
      if (isRefusal(error)) await this.refuse(turn, error);
      throw error;
    }
  }

  private takeIn(turn: UploadTurn, lost: AbortSignal) {
    const { upload } = turn;
    const bytes = createReadStream(this.folder.pathOf(upload.id), {
      end: upload.offsetBytes - 1,
      highWaterMark: 256 * 1_024,
      signal: lost,
    });
    return this.uploads.keep({ fileName: upload.fileName, bytes }, (blob) => {
      turn.requireAlive();
      return this.takers.take(upload, blob);
    });
  }

  /** A disk that lost bytes: say how many are left, and the client sends the rest again. */
  private async requireBytes(turn: UploadTurn): Promise<void> {
    const sizeBytes = await this.folder.sizeOf(turn.upload.id);
    if (sizeBytes >= turn.upload.offsetBytes) return;
    await turn.advance(sizeBytes);
    throw wrongOffset(turn.upload);
  }

  private async refuse(turn: UploadTurn, error: unknown): Promise<void> {
    if (await this.store.refuse(turn.claim, Failure.from(error).toWire())) await this.end(turn.upload, 'refused');
  }

  private async end({ id }: Upload, outcome: 'finished' | 'refused'): Promise<void> {
    await this.folder.remove(id);
    uploadsEnded.inc({ outcome });
  }
}
