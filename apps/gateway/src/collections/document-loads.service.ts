import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { createLoad, type DocumentLoad, getCollection, getLoad, type RequestOf } from '#contracts';
import { Bus } from '#platform';
import { answerStarted, type WaitInput } from '../http/started-job.ts';
import { JobWatch } from '../jobs/job-watch.service.ts';
import { Uploads } from '../uploads/uploads.service.ts';
import { presentLoad } from './loads.endpoints.ts';

type Wanted = Omit<RequestOf<typeof createLoad>, 'collectionId' | 'blobSha256' | 'sizeBytes' | 'format'>;

interface LoadInput {
  readonly params: { readonly collectionId: string };
  readonly query: WaitInput['query'] & Wanted;
  readonly headers: WaitInput['headers'];
}

@Injectable() // takes a file of documents in and starts its load
export class DocumentLoads {
  constructor(
    private readonly uploads: Uploads,
    private readonly bus: Bus,
    private readonly jobs: JobWatch,
  ) {}

  /** @throws Failure `collection-not-found`, before the body is read; whatever refused the body; the job's own when the client waited */
  async receive({ params: { collectionId }, query, headers }: LoadInput, request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
    await this.bus.call(getCollection, { collectionId });
    const { wait, ...wanted } = query;
    const format = request.headers['content-type']?.toLowerCase().startsWith('text/csv') ? 'csv' : 'ndjson';
    const started = await this.uploads.receiveBody(request, ({ sha256, sizeBytes }) =>
      this.bus.call(createLoad, { ...wanted, collectionId, blobSha256: sha256, sizeBytes, format }),
    );
    const loadId = started.id;
    const again = () => this.bus.call(getLoad, { collectionId, loadId });
    const work = { started, path: `/v1/collections/${collectionId}/loads/${loadId}`, again };
    return presentLoad.of(await answerStarted<DocumentLoad>(work, this.jobs, { query: { wait }, headers }, request, reply));
  }
}
