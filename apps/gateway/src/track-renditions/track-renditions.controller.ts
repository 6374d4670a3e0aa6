import { Controller, Req } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { locateTrackRenditionFile } from '#contracts';
import { Bus, requireSubject } from '#platform';
import { DeliverySpeed } from '../downloads/delivery-speed.service.ts';
import { FileSender } from '../downloads/file-sender.service.ts';
import type { InputOf } from '../http/endpoint.ts';
import { Input, Reply, Route } from '../http/route.ts';
import { RenditionLinks } from './rendition-links.service.ts';
import { downloadLinkedRendition, downloadTrackRendition, linkTrackRendition } from './track-renditions.endpoints.ts';

/** Streams files of renditions; the framework closes the file when the client goes away. */
@Controller()
export class TrackRenditionsController {
  constructor(
    private readonly bus: Bus,
    private readonly links: RenditionLinks,
    private readonly files: FileSender,
    private readonly speed: DeliverySpeed,
  ) {}

  @Route(downloadTrackRendition)
  async download(
    @Input() { params, headers }: InputOf<typeof downloadTrackRendition>,
    @Req() request: FastifyRequest,
    @Reply() reply: FastifyReply,
  ) {
    const file = await this.bus.call(locateTrackRenditionFile, params);
    const sent = await this.files.send(file, { ...headers, method: request.method }, reply);
    return this.speed.measure(sent, requireSubject(), request);
  }

  @Route(linkTrackRendition)
  link(@Input() { params, body }: InputOf<typeof linkTrackRendition>) {
    return this.links.make(params, body.expiresInSeconds);
  }

  @Route(downloadLinkedRendition)
  async downloadLinked(
    @Input() { params, headers }: InputOf<typeof downloadLinkedRendition>,
    @Req() request: FastifyRequest,
    @Reply() reply: FastifyReply,
  ) {
    const file = await this.links.open(params.token);
    const sent = await this.files.send(file, { ...headers, method: request.method }, reply);
    return this.speed.measure(sent, file.ownerId, request);
  }
}
