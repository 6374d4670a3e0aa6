import { Controller, Req } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { createVideoClip as createClip, createVideo, drawVideoCurves, getVideo } from '#contracts';
import { Bus } from '#platform';
import type { InputOf } from '../http/endpoint.ts';
import { Input, Reply, Route } from '../http/route.ts';
import { toJobResource } from '../jobs/job-resource.ts';
import { MediaUploads } from '../uploads/media-uploads.service.ts';
import { getVideoCurves } from './analysis.endpoints.ts';
import { createVideoClip } from './clips.endpoints.ts';
import { presentVideo } from './video-resource.ts';
import { uploadVideo } from './videos.endpoints.ts';

const videos = { path: uploadVideo.path, create: createVideo, get: getVideo, present: presentVideo };

@Controller()
export class VideosController {
  constructor(
    private readonly uploads: MediaUploads,
    private readonly bus: Bus,
  ) {}

  @Route(uploadVideo)
  uploadVideo(@Input() input: InputOf<typeof uploadVideo>, @Req() request: FastifyRequest, @Reply() reply: FastifyReply) {
    return this.uploads.receive(videos, input, request, reply);
  }

  @Route(createVideoClip)
  async createVideoClip(@Input() { params, body }: InputOf<typeof createVideoClip>, @Reply() reply: FastifyReply) {
    const { job } = await this.bus.call(createClip, { ...params, ...body });
    const resource = toJobResource(job);
    reply.header('location', resource.links.self);
    return { job: resource };
  }

  @Route(getVideoCurves)
  async getVideoCurves(@Input() { params, query }: InputOf<typeof getVideoCurves>, @Reply() reply: FastifyReply) {
    const { svg } = await this.bus.call(drawVideoCurves, { ...params, ...query });
    reply.type('image/svg+xml; charset=utf-8');
    return svg;
  }
}
