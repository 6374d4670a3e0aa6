import { Controller, Req } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { InputOf } from '../http/endpoint.ts';
import { Input, Reply, Route } from '../http/route.ts';
import { loadDocuments } from './collections.endpoints.ts';
import { DocumentLoads } from './document-loads.service.ts';

@Controller()
export class CollectionsController {
  constructor(private readonly loads: DocumentLoads) {}

  @Route(loadDocuments)
  load(@Input() input: InputOf<typeof loadDocuments>, @Req() request: FastifyRequest, @Reply() reply: FastifyReply) {
    return this.loads.receive(input, request, reply);
  }
}
