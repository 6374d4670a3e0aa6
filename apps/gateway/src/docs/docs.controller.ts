import { Controller } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { InputOf } from '../http/endpoint.ts';
import { Input, Reply, Route } from '../http/route.ts';
import { getAsyncApiEndpoint, getFaviconEndpoint, getOpenApiEndpoint, getProblemEndpoint, getStartEndpoint } from './docs.endpoints.ts';
import { Docs } from './docs.service.ts';
import { favicon } from './start-page.ts';

@Controller()
export class DocsController {
  constructor(private readonly docs: Docs) {}

  @Route(getStartEndpoint)
  start(@Input() { headers }: InputOf<typeof getStartEndpoint>, @Reply() reply: FastifyReply) {
    const { headers: own, body } = this.docs.start(headers.accept);
    reply.headers(own);
    return body;
  }

  @Route(getFaviconEndpoint)
  favicon(@Reply() reply: FastifyReply) {
    reply.header('content-type', 'image/svg+xml');
    return favicon;
  }

  @Route(getOpenApiEndpoint)
  openApi(@Reply() reply: FastifyReply) {
    reply.header('content-type', 'application/json; charset=utf-8').header('access-control-allow-origin', '*');
    return this.docs.openApi();
  }

  @Route(getAsyncApiEndpoint)
  asyncApi(@Reply() reply: FastifyReply) {
    reply.header('content-type', 'application/json; charset=utf-8').header('access-control-allow-origin', '*');
    return this.docs.asyncApi();
  }

  @Route(getProblemEndpoint)
  problem(@Input() { params, headers }: InputOf<typeof getProblemEndpoint>, @Reply() reply: FastifyReply) {
    const { headers: own, body } = this.docs.problem(params.code, headers.accept);
    reply.headers(own);
    return body;
  }
}
