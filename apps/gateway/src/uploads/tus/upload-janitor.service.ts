import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { runBackgroundLoop, WakeSignal } from '#compute';
import { Failure } from '#contracts';
import { Database, Lifecycle, Log, openCall, runInCall } from '#platform';
import { PartFolder } from './part-file.ts';
import { RESUMABLE_LIMITS, type ResumableLimits } from './resumable.config.ts';
import { uploadsEnded, uploadsOpen } from './resumable.metrics.ts';
import { UploadStore } from './upload.store.ts';
import { filesOf, type Upload } from './upload.ts';
import { UploadCompletion } from './upload-completion.service.ts';
import { UploadLease } from './upload-lease.ts';

const finishEveryMs = 3_000;
const sweepEveryMs = 60_000;
const finishDeadlineMs = 60_000;

@Injectable() // finishes uploads of gateways that died, expires idle ones, removes files without a row
export class UploadJanitor implements OnApplicationBootstrap {
  constructor(
    private readonly store: UploadStore,
    private readonly folder: PartFolder,
    private readonly finishing: UploadCompletion,
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
    const lease = await UploadLease.take(this.store, id, ownerId, this.limits.expirySeconds);
    if (!lease) return;
    try {
      if (lease.upload.state === 'arrived') await this.finishing.finish(lease);
    } finally {
      await lease.release();
    }
  }

  /** A refusal is stored with the upload and answered to its owner; any other failure is retried. */
  private note({ id }: Pick<Upload, 'id'>, error: unknown): void {
    const { code, cause } = Failure.from(error);
    if (code === 'internal') this.log.error({ err: cause, uploadId: id }, 'an upload cannot be finished');
    else this.log.info({ code, uploadId: id }, 'an upload is not finished yet, or refused');
  }

  async sweep(): Promise<void> {
    for (let ended = await this.store.expire(); ended.length > 0; ended = await this.store.expire()) {
      for (const id of ended.flatMap(filesOf)) await this.folder.remove(id);
      uploadsEnded.inc({ outcome: 'expired' }, ended.length);
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
