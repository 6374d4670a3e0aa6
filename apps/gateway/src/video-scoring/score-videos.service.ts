import { Injectable, type StreamableFile } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { scoreVideos } from '#contracts';
import { Bus } from '#platform';
import { FileSender } from '../downloads/file-sender.service.ts';
import type { InputOf } from '../http/endpoint.ts';
import { Uploads } from '../uploads/uploads.service.ts';
import { arrow, type scoreVideos as scoreVideosEndpoint } from './video-scoring.endpoints.ts';

@Injectable() // passes lines of metadata to the video service by way of the blob store, and sends the result
export class ScoreVideos {
  constructor(
    private readonly uploads: Uploads,
    private readonly bus: Bus,
    private readonly files: FileSender,
  ) {}

  /** @throws Failure whatever refused the body; those of the contract */
  async score(
    { query, headers }: InputOf<typeof scoreVideosEndpoint>,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<StreamableFile | undefined> {
    const format = headers.accept?.toLowerCase().includes(arrow) ? 'arrow' : 'ndjson';
    const { runId, file } = await this.uploads.receiveBody(request, ({ sha256, sizeBytes }) =>
      this.bus.call(scoreVideos, { ...query, blobSha256: sha256, sizeBytes, format }),
    );
    if (runId !== null) reply.header('location', `/v1/videos/score-runs/${runId}`);
    return this.files.send(file, { method: request.method }, reply);
  }
}
