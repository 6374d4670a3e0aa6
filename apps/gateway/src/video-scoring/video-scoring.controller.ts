import { Controller, Req } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { InputOf } from '../http/endpoint.ts';
import { Input, Reply, Route } from '../http/route.ts';
import { ScoreVideos } from './score-videos.service.ts';
import { scoreVideos } from './video-scoring.endpoints.ts';

@Controller()
export class VideoScoringController {
  constructor(private readonly scoring: ScoreVideos) {}

  @Route(scoreVideos)
  score(@Input() input: InputOf<typeof scoreVideos>, @Req() request: FastifyRequest, @Reply() reply: FastifyReply) {
    return this.scoring.score(input, request, reply);
  }
}
