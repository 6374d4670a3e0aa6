import { Controller, Req } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { createAttachment as create, getAttachment, locateAttachment } from '#contracts';
import { Bus } from '#platform';
import { FileSender } from '../downloads/file-sender.service.ts';
import type { InputOf } from '../http/endpoint.ts';
import { Input, Reply, Route } from '../http/route.ts';
import { MediaUploads } from '../uploads/media-uploads.service.ts';
import { createAttachment, downloadAttachment, presentAttachment } from './attachments.endpoints.ts';

const attachments = { path: createAttachment.path, create, get: getAttachment, present: presentAttachment };

@Controller()
export class AttachmentsController {
  constructor(
    private readonly uploads: MediaUploads,
    private readonly bus: Bus,
    private readonly files: FileSender,
  ) {}

  @Route(createAttachment)
  upload(@Input() input: InputOf<typeof createAttachment>, @Req() request: FastifyRequest, @Reply() reply: FastifyReply) {
    return this.uploads.receive(attachments, input, request, reply);
  }

  @Route(downloadAttachment)
  async download(@Input() input: InputOf<typeof downloadAttachment>, @Req() request: FastifyRequest, @Reply() reply: FastifyReply) {
    const file = await this.bus.call(locateAttachment, input.params);
    return this.files.send(file, { ...input.headers, method: request.method }, reply);
  }
}
