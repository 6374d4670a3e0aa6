import { Controller, Req } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { createVideo as create, createVideoClip as createClip, drawVideoCurves, getVideo, type Job } from '#contracts';
import { Bus } from '#platform';
import type { InputOf } from '../http/endpoint.ts';
import { Input, Reply, Route } from '../http/route.ts';
import { toJobResource } from '../jobs/job-resource.ts';
import { MediaUploads } from '../uploads/media-uploads.service.ts';
import { getVideoCurves } from './analysis.endpoints.ts';
import { createAudiogram } from './audiograms.endpoints.ts';
import { Audiograms } from './audiograms.service.ts';
import { createVideoClip } from './clips.endpoints.ts';
import { presentVideo } from './video-resource.ts';
import { createVideo } from './videos.endpoints.ts';

const videos = { path: createVideo.path, create, get: getVideo, present: presentVideo };

@Controller()
export class VideosController {
  constructor(
    private readonly uploads: MediaUploads,
    private readonly bus: Bus,
    private readonly audiograms: Audiograms,
  ) {}

  @Route(createVideo)
  createVideo(@Input() input: InputOf<typeof createVideo>, @Req() request: FastifyRequest, @Reply() reply: FastifyReply) {
    return this.uploads.receive(videos, input, request, reply);
  }

  @Route(createVideoClip)
  async createVideoClip(@Input() { params, body }: InputOf<typeof createVideoClip>, @Reply() reply: FastifyReply) {
    const { job } = await this.bus.call(createClip, { ...params, ...body });
    return accepted(job, reply);
  }

  @Route(createAudiogram)
  async createAudiogram(@Input() { params, body }: InputOf<typeof createAudiogram>, @Reply() reply: FastifyReply) {
    return accepted(await this.audiograms.create(params.trackId, body), reply);
  }

  @Route(getVideoCurves)
  async getVideoCurves(@Input() { params, query }: InputOf<typeof getVideoCurves>, @Reply() reply: FastifyReply) {
    const { svg } = await this.bus.call(drawVideoCurves, { ...params, ...query });
    reply.type('image/svg+xml; charset=utf-8');
    return svg;
  }
}

/** 202 with the job, whose result is a new video. */
function accepted(job: Job, reply: FastifyReply) {
  const resource = toJobResource(job);
  reply.header('location', resource.links.self);
  return { job: resource };
}
