import { Controller, Req } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { InputOf } from '../http/endpoint.ts';
import { Input, Reply, Route } from '../http/route.ts';
import { FileSender } from '../tracks/file-sender.service.ts';
import { downloadLinked, linkFile } from './links.endpoints.ts';
import { FileLinks } from './links.service.ts';

@Controller()
export class LinksController {
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
