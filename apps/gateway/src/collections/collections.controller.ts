import { Controller, Req } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { InputOf } from '../http/endpoint.ts';
import { Input, Reply, Route } from '../http/route.ts';
import { DocumentLoads } from './document-loads.service.ts';
import { createLoad } from './loads.endpoints.ts';

@Controller()
export class CollectionsController {
  constructor(private readonly loads: DocumentLoads) {}

  @Route(createLoad)
  createLoad(@Input() input: InputOf<typeof createLoad>, @Req() request: FastifyRequest, @Reply() reply: FastifyReply) {
    return this.loads.receive(input, request, reply);
  }
}
