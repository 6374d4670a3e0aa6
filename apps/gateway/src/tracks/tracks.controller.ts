import { Controller, Req } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { createTrack as create, getTrack } from '#contracts';
import type { InputOf } from '../http/endpoint.ts';
import { Input, Reply, Route } from '../http/route.ts';
import { MediaUploads } from '../uploads/media-uploads.service.ts';
import { presentTrack } from './track-resource.ts';
import { createTrack } from './tracks.endpoints.ts';

const tracks = { path: createTrack.path, create, get: getTrack, present: presentTrack };

@Controller()
export class TracksController {
  constructor(private readonly uploads: MediaUploads) {}

  @Route(createTrack)
  createTrack(@Input() input: InputOf<typeof createTrack>, @Req() request: FastifyRequest, @Reply() reply: FastifyReply) {
    return this.uploads.receive({ ...tracks, intake: { strict: input.query.strict } }, input, request, reply);
  }
}
