import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { Failure } from '#contracts';
import { Database, Lifecycle, Log, openCall, runBackgroundLoop, runInCall, WakeSignal } from '#platform';
import { FinishUploads } from './finish-uploads.service.ts';
import { PartFolder } from './part-file.ts';
import { RESUMABLE_LIMITS, type ResumableLimits } from './resumable.config.ts';
import { uploadsEnded, uploadsOpen } from './resumable.metrics.ts';
import { UploadStore } from './upload.store.ts';
import type { Upload } from './upload.ts';
import { UploadTurn } from './upload-turn.ts';

const finishEveryMs = 3_000;
const sweepEveryMs = 60_000;
const finishDeadlineMs = 60_000;

@Injectable() // finishes what a dead gateway left, gives up what nobody goes on with, removes bytes that belong to nothing
export class UploadCare implements OnApplicationBootstrap {
  constructor(
    private readonly store: UploadStore,
    private readonly folder: PartFolder,
    private readonly finishing: FinishUploads,
    private readonly database: Database,
    private readonly lifecycle: Lifecycle,
    private readonly log: Log,
    @Inject(RESUMABLE_LIMITS) private readonly limits: ResumableLimits,
  ) {}

  onApplicationBootstrap(): void {
    const loops = this.database.whenOpen().then(() => {
      if (!this.database.sourceOrNone) return;
      return Promise.all([
        this.loop('finish uploads that were left', finishEveryMs, () => this.finishAbandoned()),
        this.loop('sweep uploads', sweepEveryMs, () => this.sweep()),
      ]);
    });
    this.lifecycle.onDrain('uploads', async () => {
      if (this.database.sourceOrNone) await loops;
    });
  }

  private loop(purpose: string, everyMs: number, work: () => Promise<void>): Promise<void> {
    const step = () => work().then(() => everyMs);
    return runBackgroundLoop({ purpose, log: this.log, signal: this.lifecycle.stopping, wake: new WakeSignal(), step });
  }

  /** In the name of their owners, one after the other. */
  async finishAbandoned(): Promise<void> {
    for (const upload of await this.store.abandoned()) {
      if (this.lifecycle.stopping.aborted) return;
      const call = { ...openCall({ deadlineMs: finishDeadlineMs }), subject: upload.ownerId };
      await runInCall(call, () => this.finish(upload)).catch((error: unknown) => this.note(upload, error));
    }
  }

  private async finish({ id, ownerId }: Pick<Upload, 'id' | 'ownerId'>): Promise<void> {
    const turn = await UploadTurn.take(this.store, id, ownerId, this.limits.expirySeconds);
    if (!turn) return;
    try {
      if (turn.upload.state === 'arrived') await this.finishing.finish(turn);
    } finally {
      await turn.release();
    }
  }

  /** A refusal is told to whoever asks for the upload; everything else is tried again. */
  private note({ id }: Pick<Upload, 'id'>, error: unknown): void {
    const { code, cause } = Failure.from(error);
    if (code === 'internal') this.log.error({ err: cause, uploadId: id }, 'an upload cannot be finished');
    else this.log.info({ code, uploadId: id }, 'an upload is not finished yet, or refused');
  }

  async sweep(): Promise<void> {
    for (let ids = await this.store.expire(); ids.length > 0; ids = await this.store.expire()) {
      for (const id of ids) await this.folder.remove(id);
      uploadsEnded.inc({ outcome: 'expired' }, ids.length);
    }
    await this.removeStrays();
    await this.store.forget();
    uploadsOpen.set(await this.store.countOpen());
  }

  /** Bytes are written after their row, so bytes without one are left from an upload that has ended. */
  private async removeStrays(): Promise<void> {
    const ids = await this.folder.ids();
    for (let from = 0; from < ids.length; from += 500) {
      const some = ids.slice(from, from + 500);
      const wanted = await this.store.withBytes(some);
      for (const id of some) if (!wanted.has(id)) await this.folder.remove(id);
    }
  }
}
