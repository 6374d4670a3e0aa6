import { Controller } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { InputOf } from '../http/endpoint.ts';
import { Input, Reply, Route } from '../http/route.ts';
import { toJobResource } from '../jobs/job-resource.ts';
import { importByUrl } from './imports.endpoints.ts';
import { Imports } from './imports.service.ts';

@Controller()
export class ImportsController {
  constructor(private readonly imports: Imports) {}

  @Route(importByUrl)
  async import(@Input() { body }: InputOf<typeof importByUrl>, @Reply() reply: FastifyReply) {
    const job = toJobResource(await this.imports.request(body));
    reply.header('location', job.links.self);
    return { job };
  }
}
