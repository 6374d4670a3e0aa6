import { Controller, Req } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { locateTrackFile } from '#contracts';
import { Bus } from '#platform';
import { FileSender } from '../downloads/file-sender.service.ts';
import type { InputOf } from '../http/endpoint.ts';
import { Input, Reply, Route } from '../http/route.ts';
import { downloadTrack } from './file.endpoints.ts';

/** Streams files; the framework closes the file when the client goes away. */
@Controller()
export class FileController {
  constructor(
    private readonly bus: Bus,
    private readonly files: FileSender,
  ) {}

  @Route(downloadTrack)
  async download(
    @Input() { params, headers }: InputOf<typeof downloadTrack>,
    @Req() request: FastifyRequest,
    @Reply() reply: FastifyReply,
  ) {
    const file = await this.bus.call(locateTrackFile, params);
    return this.files.send(file, { ...headers, method: request.method }, reply);
  }
}
