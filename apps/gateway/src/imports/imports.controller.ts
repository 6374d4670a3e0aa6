import { Controller, Req } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { InputOf } from '../http/endpoint.ts';
import { Input, Reply, Route } from '../http/route.ts';
import { answerStarted } from '../http/started-job.ts';
import { JobWatch } from '../jobs/job-watch.service.ts';
import { toWork } from '../jobs/work-resource.ts';
import { WorkResources } from '../jobs/work-resources.service.ts';
import { importWork } from './import-resource.ts';
import { createImport, getImport, listImports } from './imports.endpoints.ts';
import { Imports } from './imports.service.ts';

@Controller()
export class ImportsController {
  constructor(
    private readonly imports: Imports,
    private readonly works: WorkResources,
    private readonly jobs: JobWatch,
  ) {}

  @Route(createImport)
  async create(@Input() input: InputOf<typeof createImport>, @Req() request: FastifyRequest, @Reply() reply: FastifyReply) {
    const started = toWork(importWork, await this.imports.request(input.body));
    const again = () => this.works.get(importWork, started.id);
    return answerStarted({ started, path: started.links.self, again }, this.jobs, input, request, reply);
  }

  @Route(getImport)
  get(@Input() { params }: InputOf<typeof getImport>) {
    return this.works.get(importWork, params.importId);
  }

  @Route(listImports)
  list(@Input() { query }: InputOf<typeof listImports>) {
    return this.works.list(importWork, query);
  }
}
