import { Controller, Inject, Req } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Failure } from '#contracts';
import { JobStore } from '#platform';
import type { InputOf } from '../../http/endpoint.ts';
import { Input, Reply, Route } from '../../http/route.ts';
import { concatenationIn, type FinalUpload, type PartialUpload, refuseOwnBytes } from './concatenation.ts';
import { FinalUploads } from './final-uploads.service.ts';
import { RESUMABLE_LIMITS, type ResumableLimits } from './resumable.config.ts';
import { appendToUpload, createUpload, deleteUpload, getOneUpload, getUploads, overrideUpload, tellTus } from './resumable.endpoints.ts';
import { ResumableUploads } from './resumable-uploads.service.ts';
import { bytesIn, checksumAlgorithms, checksumIn, lengthOfNew, partContentType, requiredOffset, requireTus, tusExtensions } from './tus.ts';
import { refuseEnded, type Upload } from './upload.ts';
import { readMetadata } from './upload-metadata.ts';
import { headersOf, pathOf, standingOf, toResource } from './upload-resource.ts';

@Controller()
export class ResumableController {
  constructor(
    private readonly uploads: ResumableUploads,
    private readonly finals: FinalUploads,
    private readonly jobs: JobStore,
    @Inject(RESUMABLE_LIMITS) private readonly limits: ResumableLimits,
  ) {}

  @Route(tellTus)
  tell(@Reply() reply: FastifyReply): void {
    reply.headers({
      'tus-extension': tusExtensions.join(','),
      'tus-checksum-algorithm': checksumAlgorithms.join(','),
      'tus-max-size': String(this.limits.maxBytes),
    });
  }

  @Route(createUpload)
  async create(@Req() request: FastifyRequest, @Reply() reply: FastifyReply) {
    const { headers } = request;
    requireTus(headers);
    const concatenation = concatenationIn(headers);
    const upload = concatenation?.role === 'final' ? await this.join(request, concatenation) : await this.begin(request, concatenation);
    reply.headers({ location: pathOf(upload), ...headersOf(upload) });
    return this.shown(upload);
  }

  private async begin(request: FastifyRequest, part: PartialUpload | undefined): Promise<Upload> {
    const { headers } = request;
    const length = lengthOfNew(headers);
    const metadata = readMetadata(headers['upload-metadata']);
    const checksum = checksumIn(headers);
    const upload = await this.uploads.create(metadata, length, part ? 'partial' : null);
    return hasBytes(request) ? await this.uploads.appendFirst(upload, request, checksum) : upload;
  }

  private join(request: FastifyRequest, { partIds }: FinalUpload): Promise<Upload> {
    refuseOwnBytes(request.headers, hasBytes(request));
    return this.finals.create(readMetadata(request.headers['upload-metadata']), partIds);
  }

  @Route(getUploads)
  async list(@Input() { query }: InputOf<typeof getUploads>) {
    const { items, nextCursor } = await this.uploads.listUnfinished(query);
    return { items: items.map((upload) => toResource(upload)), nextCursor };
  }

  @Route(getOneUpload)
  async one(@Input() { params }: InputOf<typeof getOneUpload>, @Req() { method, headers }: FastifyRequest, @Reply() reply: FastifyReply) {
    if (method === 'HEAD') requireTus(headers);
    const upload = await this.uploads.find(params.uploadId);
    if (method === 'HEAD') refuseEnded(upload);
    reply.headers({ ...headersOf(upload), ...standingOf(upload) });
    return this.shown(upload);
  }

  private async shown(upload: Upload) {
    const jobId = upload.result?.jobId;
    return toResource(upload, jobId ? (await this.jobs.findMany([jobId], upload.ownerId)).get(jobId) : undefined);
  }

  @Route(appendToUpload)
  async append(
    @Input() { params }: InputOf<typeof appendToUpload>,
    @Req() request: FastifyRequest,
    @Reply() reply: FastifyReply,
  ): Promise<void> {
    const { headers } = request;
    requireTus(headers);
    if (headers['content-type'] === undefined) throw new Failure('media-type-unsupported', `The body must be ${partContentType}.`);
    const part = { offsetBytes: requiredOffset(headers), lengthBytes: bytesIn(headers, 'upload-length'), checksum: checksumIn(headers) };
    reply.headers(headersOf(await this.uploads.append(params.uploadId, part, request)));
  }

  @Route(deleteUpload)
  async terminate(@Input() { params }: InputOf<typeof deleteUpload>, @Req() { headers }: FastifyRequest): Promise<void> {
    requireTus(headers);
    await this.uploads.terminate(params.uploadId);
  }

  @Route(overrideUpload)
  override(@Input() input: InputOf<typeof overrideUpload>, @Req() request: FastifyRequest, @Reply() reply: FastifyReply): Promise<void> {
    return input.headers['x-http-method-override'] === 'DELETE' ? this.terminate(input, request) : this.append(input, request, reply);
  }
}

const hasBytes = ({ headers }: FastifyRequest) => headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
