import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Outbound } from '#compute';
import { importFile, type importKinds, type Job } from '#contracts';
import { Database, JobStore, requireCall, requireSubject } from '#platform';
import { checkFileName } from '../uploads/file-name.ts';

export interface ImportRequest {
  readonly url: string;
  readonly kind: (typeof importKinds)[number];
  readonly fileName?: string | undefined;
}

@Injectable() // checks what can be checked without a request, then enqueues the import job
export class Imports {
  constructor(
    private readonly outbound: Outbound,
    private readonly jobs: JobStore,
    private readonly database: Database,
  ) {}

  /** @throws Failure `address-refused`; `request-invalid` for a name that no file may have */
  request({ url, kind, fileName }: ImportRequest): Promise<Job> {
    const { hostname } = this.outbound.checkUrl(url);
    const { requestId, traceparent } = requireCall();
    const input = { url, kind, fileName: fileName === undefined ? null : checkFileName(fileName, '/body/fileName'), trackId: randomUUID() };
    // An address may hold a token of its owner's: what is shown of the job, and told to webhooks, is only its host.
    const order = { ownerId: requireSubject(), input, context: { requestId, traceparent }, subject: { host: hostname } };
    return this.database.transaction((tx) => this.jobs.enqueue(tx, importFile, order));
  }
}
