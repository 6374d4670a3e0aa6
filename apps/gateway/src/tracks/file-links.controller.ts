import { Controller, Req } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { FileSender } from '../downloads/file-sender.service.ts';
import type { InputOf } from '../http/endpoint.ts';
import { Input, Reply, Route } from '../http/route.ts';
import { downloadLinked, linkFile } from './file-links.endpoints.ts';
import { FileLinks } from './file-links.service.ts';

@Controller()
export class FileLinksController {
  constructor(
    private readonly links: FileLinks,
    private readonly files: FileSender,
  ) {}

  @Route(linkFile)
  link(@Input() { params, body }: InputOf<typeof linkFile>) {
    return this.links.make(params.trackId, body.expiresInSeconds);
  }

  @Route(downloadLinked)
  async download(
    @Input() { params, headers }: InputOf<typeof downloadLinked>,
    @Req() request: FastifyRequest,
    @Reply() reply: FastifyReply,
  ) {
    const file = await this.links.open(params.token);
    return this.files.send(file, { ...headers, method: request.method }, reply);
  }
}
