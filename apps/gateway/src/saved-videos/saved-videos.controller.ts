import { Controller } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { createSavedVideo as create } from '#contracts';
import { Bus } from '#platform';
import type { InputOf } from '../http/endpoint.ts';
import { Input, Reply, Route } from '../http/route.ts';
import { createSavedVideo, presentSavedVideo } from './saved-videos.endpoints.ts';

@Controller()
export class SavedVideosController {
  constructor(private readonly bus: Bus) {}

  @Route(createSavedVideo)
  async create(@Input() { body }: InputOf<typeof createSavedVideo>, @Reply() reply: FastifyReply) {
    const { isNew, savedVideo } = await this.bus.call(create, body);
    const presented = presentSavedVideo.of(savedVideo);
    reply.code(isNew ? 201 : 200).header('location', presented.links.self);
    return presented;
  }
}
