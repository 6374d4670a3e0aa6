import { Injectable } from '@nestjs/common';
import { Outbound } from '#compute';
import { importFile, invalidField, type Job, type MediaKind, type NewOwnerFields } from '#contracts';
import { Database, JobStore, requireCall, requireSubject, usage } from '#platform';
import { workId } from '../http/work-id.ts';
import { checkFileName } from '../uploads/file-name.ts';
import { SentFiles } from '../uploads/sent-files.service.ts';

export interface ImportRequest extends NewOwnerFields {
  readonly url: string;
  readonly kind: MediaKind;
  readonly fileName?: string | undefined;
  /** Of documents. */
  readonly collectionId?: string | undefined;
  /** Of a track. */
  readonly strict?: boolean | undefined;
}

@Injectable() // validates an import and enqueues its job
export class Imports {
  constructor(
    private readonly outbound: Outbound,
    private readonly jobs: JobStore,
    private readonly files: SentFiles,
    private readonly database: Database,
  ) {}

  /** @throws Failure `address-refused`; `collection-not-found`; `quota-exceeded` where no storage is left; `request-invalid` for an invalid file name, documents without a collection, or `strict` with what is no track */
  async request({ url, kind, fileName, collectionId, strict, ...fields }: ImportRequest): Promise<Job> {
    const { hostname } = this.outbound.checkUrl(url);
    const { requestId, traceparent } = requireCall();
    const named = fileName === undefined ? null : checkFileName(fileName, '/body/fileName');
    await this.files.requireTarget({ kind, collectionId }, '/body/collectionId');
    if (strict && kind !== 'track') throw invalidField('/body/strict', 'Only a track can be taken strictly.');
    const target = kind === 'documents' && collectionId ? { collectionId } : {};
    const input = { url, kind, fileName: named, targetId: workId(), ...target, ...(strict && { strict }), fields };
    // A URL may contain a token, so the job and its webhooks show only the host.
    const subject = { host: hostname, resourceKind: kind };
    const order = { ownerId: requireSubject(), input, context: { requestId, traceparent }, subject };
    await usage.admit(this.database.source, order.ownerId, 'storageBytes');
    return this.database.transaction((tx) => this.jobs.enqueue(tx, importFile, order));
  }
}
