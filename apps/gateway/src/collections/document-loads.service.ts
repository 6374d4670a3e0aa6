import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Collection, getCollection, loadDocuments } from '#contracts';
import { Bus } from '#platform';
import { answerStarted, type WaitInput } from '../http/started-job.ts';
import { JobWatch } from '../jobs/job-watch.service.ts';
import { Uploads } from '../uploads/uploads.service.ts';
import { presentCollection } from './collection-resource.ts';

@Injectable() // takes a file of documents in and starts its load
export class DocumentLoads {
  constructor(
    private readonly uploads: Uploads,
    private readonly bus: Bus,
    private readonly jobs: JobWatch,
  ) {}

  /** @throws Failure `collection-not-found`, before the body is read; whatever refused the body; the job's own when the client waited */
  async receive(
    { params: { collectionId }, ...input }: WaitInput & { readonly params: { readonly collectionId: string } },
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<unknown> {
    await this.bus.call(getCollection, { collectionId });
    const format = request.headers['content-type']?.toLowerCase().startsWith('text/csv') ? 'csv' : 'ndjson';
    const started = await this.uploads.receiveBody(request, ({ sha256, sizeBytes }) =>
      this.bus.call(loadDocuments, { collectionId, blobSha256: sha256, sizeBytes, format }),
    );
    const again = () => this.bus.call(getCollection, { collectionId });
    const work = { started, path: `/v1/collections/${collectionId}`, again };
    return presentCollection.of(await answerStarted<Collection>(work, this.jobs, input, request, reply));
  }
}
