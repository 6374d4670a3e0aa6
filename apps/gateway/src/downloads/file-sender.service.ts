import { Readable } from 'node:stream';
import { Inject, Injectable, StreamableFile } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { BLOBS } from '#platform';
import type { BlobStore } from '#storage';
import { unsatisfiedRange } from './byte-range.ts';
import { answerFile, type FileFacts, type FileQuestion } from './file-answer.ts';

@Injectable() // answers with a file of the store: whole, in part, or not at all
export class FileSender {
  constructor(@Inject(BLOBS) private readonly blobs: BlobStore) {}

  /** @throws Failure file-lost, precondition-failed, range-not-satisfiable */
  async send(file: FileFacts, question: FileQuestion, reply: FastifyReply): Promise<StreamableFile | undefined> {
    reply.header('content-range', unsatisfiedRange(file.sizeBytes)); // a 416 that the next line throws carries it
    const answer = answerFile(file, question);
    reply.removeHeader('content-range');
    const stream = answer.bytes ? (await this.blobs.openRead(file.sha256, answer.bytes)).stream : Readable.from([]);
    reply.code(answer.status).headers(answer.headers);
    return answer.status === 304 ? undefined : new StreamableFile(stream);
  }
}
