import { Controller, Req } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { DeliverySpeed } from '../downloads/delivery-speed.service.ts';
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
    private readonly speed: DeliverySpeed,
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
    const sent = await this.files.send(file, { ...headers, method: request.method }, reply);
    return this.speed.measure(sent, file.ownerId, request);
  }
}
