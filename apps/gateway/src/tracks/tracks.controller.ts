import { Controller, Req } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { deleteTrack, getAnalysis, getTrack, listTracks } from '#contracts';
import { Bus } from '#platform';
import type { InputOf } from '../http/endpoint.ts';
import { Input, Reply, Route } from '../http/route.ts';
import { toResource } from './track-resource.ts';
import { TrackUploads } from './track-uploads.service.ts';
import { getOneTrack, getTracks, readAnalysis, removeTrack, uploadTrack } from './tracks.endpoints.ts';

@Controller()
export class TracksController {
  constructor(
    private readonly bus: Bus,
    private readonly uploads: TrackUploads,
  ) {}

  @Route(uploadTrack)
  async upload(@Input() { query, headers }: InputOf<typeof uploadTrack>, @Req() request: FastifyRequest, @Reply() reply: FastifyReply) {
    const { status, headers: told, body } = await this.uploads.receive(request, { wait: query.wait, prefer: headers.prefer });
    reply.code(status).headers(told);
    return body;
  }

  @Route(getTracks)
  async list(@Input() { query }: InputOf<typeof getTracks>) {
    const { items, nextCursor } = await this.bus.call(listTracks, query);
    return { items: items.map(toResource), nextCursor };
  }

  @Route(getOneTrack)
  async one(@Input() { params }: InputOf<typeof getOneTrack>) {
    return toResource(await this.bus.call(getTrack, params));
  }

  @Route(removeTrack)
  async remove(@Input() { params }: InputOf<typeof removeTrack>): Promise<void> {
    await this.bus.call(deleteTrack, params);
  }

  @Route(readAnalysis)
  analysis(@Input() { params }: InputOf<typeof readAnalysis>) {
    return this.bus.call(getAnalysis, params);
  }
}
