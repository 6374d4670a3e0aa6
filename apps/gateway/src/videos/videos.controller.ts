import { Controller, Req } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { createVideo, getVideo } from '#contracts';
import type { InputOf } from '../http/endpoint.ts';
import { Input, Reply, Route } from '../http/route.ts';
import { MediaUploads } from '../uploads/media-uploads.service.ts';
import { presentVideo } from './video-resource.ts';
import { uploadVideo } from './videos.endpoints.ts';

const videos = { path: uploadVideo.path, create: createVideo, get: getVideo, present: presentVideo };

@Controller()
export class VideosController {
  constructor(private readonly uploads: MediaUploads) {}

  @Route(uploadVideo)
  uploadVideo(@Input() input: InputOf<typeof uploadVideo>, @Req() request: FastifyRequest, @Reply() reply: FastifyReply) {
    return this.uploads.receive(videos, input, request, reply);
  }
}
