import { Controller, Req } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { FileSender } from '../downloads/file-sender.service.ts';
import type { InputOf } from '../http/endpoint.ts';
import { Input, Reply, Route } from '../http/route.ts';
import { toJobResource } from '../jobs/job-resource.ts';
import { createProfile, downloadProfile } from './profiles.endpoints.ts';
import { Profiles } from './profiles.service.ts';

@Controller()
export class ProfilesController {
  constructor(
    private readonly profiles: Profiles,
    private readonly files: FileSender,
  ) {}

  @Route(createProfile)
  async create(@Input() { body }: InputOf<typeof createProfile>, @Reply() reply: FastifyReply) {
    const job = toJobResource(await this.profiles.start(body));
    reply.header('location', job.links.self);
    return { job };
  }

  @Route(downloadProfile)
  async download(
    @Input() { params, headers }: InputOf<typeof downloadProfile>,
    @Req() request: FastifyRequest,
    @Reply() reply: FastifyReply,
  ) {
    const file = { ...(await this.profiles.file(params.jobId)), contentType: 'application/octet-stream' };
    return this.files.send(file, { ...headers, method: request.method }, reply);
  }
}
