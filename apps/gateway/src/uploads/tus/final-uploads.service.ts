import { Inject, Injectable } from '@nestjs/common';
import { Failure } from '#contracts';
import { requireSubject, usage } from '#platform';
import { SentFiles } from '../sent-files.service.ts';
import { FinalUploadStore } from './final-upload.store.ts';
import { RESUMABLE_LIMITS, type ResumableLimits } from './resumable.config.ts';
import { UploadStore } from './upload.store.ts';
import { type Upload, uploadNotFound } from './upload.ts';
import { UploadCompletion } from './upload-completion.service.ts';
import { UploadLease } from './upload-lease.ts';
import type { UploadMetadata } from './upload-metadata.ts';

@Injectable() // joins uploads that are parts of one file
export class FinalUploads {
  constructor(
    private readonly store: UploadStore,
    private readonly finals: FinalUploadStore,
    private readonly finishing: UploadCompletion,
    private readonly files: SentFiles,
    @Inject(RESUMABLE_LIMITS) private readonly limits: ResumableLimits,
  ) {}

  /**
   * Makes one file of the parts, and of the file what an upload with all of its bytes becomes. Asked again for the same parts it gives the same upload.
   *
   * @throws Failure upload-not-found, upload-incomplete, upload-locked, upload-expired, request-invalid for an upload that is no part, payload-too-large,
   *   quota-exceeded, collection-not-found: nothing has changed then; what finishing throws
   */
  async create(metadata: UploadMetadata, partIds: readonly string[]): Promise<Upload> {
    await this.files.requireTarget(metadata, '/header/upload-metadata');
    const { header, fileName, contentType, kind } = metadata;
    const ownerId = requireSubject();
    const upload = { ownerId, kind, fileName, contentType, metadata: header, partIds };
    const { id } = await this.finals.create(upload, this.limits.expirySeconds, async (tx, lengthBytes) => {
      const { maxBytes } = this.limits;
      if (lengthBytes > maxBytes) throw new Failure('payload-too-large', `A file may have ${maxBytes} bytes at most.`);
      await usage.admit(tx, ownerId, 'storageBytes', lengthBytes);
    });
    return this.finish(id, ownerId);
  }

  private async finish(id: string, ownerId: string): Promise<Upload> {
    const lease = await UploadLease.take(this.store, id, ownerId, this.limits.expirySeconds);
    if (!lease) return this.finished(id, ownerId);
    try {
      return await this.finishing.finish(lease);
    } finally {
      await lease.release();
    }
  }

  private async finished(id: string, ownerId: string): Promise<Upload> {
    const upload = await this.store.find(id, ownerId);
    if (!upload) throw uploadNotFound();
    return upload;
  }
}
