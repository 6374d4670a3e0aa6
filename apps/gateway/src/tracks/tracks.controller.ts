import { Controller, Req } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { InputOf } from '../http/endpoint.ts';
import { Input, Reply, Route } from '../http/route.ts';
import { TrackUploads } from './track-uploads.service.ts';
import { uploadTrack } from './tracks.endpoints.ts';

@Controller()
export class TracksController {
  constructor(private readonly uploads: TrackUploads) {}

  @Route(uploadTrack)
  async uploadTrack(
    @Input() { query, headers }: InputOf<typeof uploadTrack>,
    @Req() request: FastifyRequest,
    @Reply() reply: FastifyReply,
  ) {
    const { status, headers: told, body } = await this.uploads.receive(request, { wait: query.wait, prefer: headers.prefer });
    reply.code(status).headers(told);
    return body;
  }
}
