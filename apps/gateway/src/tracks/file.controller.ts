import { Readable } from 'node:stream';
import { Controller, Inject, Req, StreamableFile } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { locateTrackFile } from '#contracts';
import { BLOBS, Bus } from '#platform';
import type { BlobStore } from '#storage';
import type { InputOf } from '../http/endpoint.ts';
import { Input, Reply, Route } from '../http/route.ts';
import { unsatisfiedRange } from './byte-range.ts';
import { downloadTrack } from './file.endpoints.ts';
import { answerFile, type FileFacts, type FileQuestion } from './file-answer.ts';

/** Streams files; the framework closes the file when the client goes away. */
@Controller()
export class FileController {
  constructor(
    private readonly bus: Bus,
    @Inject(BLOBS) private readonly blobs: BlobStore,
  ) {}

  @Route(downloadTrack)
  async download(
    @Input() { params, headers }: InputOf<typeof downloadTrack>,
    @Req() request: FastifyRequest,
    @Reply() reply: FastifyReply,
  ) {
    const file = await this.bus.call(locateTrackFile, params);
    return this.send(file, { ...headers, method: request.method }, reply);
  }

  private async send(file: FileFacts, question: FileQuestion, reply: FastifyReply): Promise<StreamableFile | undefined> {
    reply.header('content-range', unsatisfiedRange(file.sizeBytes)); // a 416 that the next line throws carries it
    const answer = answerFile(file, question);
    reply.removeHeader('content-range');
    const stream = answer.bytes ? (await this.blobs.openRead(file.sha256, answer.bytes)).stream : Readable.from([]);
    reply.code(answer.status).headers(answer.headers);
    return answer.status === 304 ? undefined : new StreamableFile(stream);
  }
}
