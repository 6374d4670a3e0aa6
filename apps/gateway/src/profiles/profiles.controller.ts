import { Controller, Req } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Failure } from '#contracts';
import { FileSender } from '../downloads/file-sender.service.ts';
import type { InputOf } from '../http/endpoint.ts';
import { Input, Reply, Route } from '../http/route.ts';
import { WorkFiles } from '../jobs/work-files.service.ts';
import { toWork } from '../jobs/work-resource.ts';
import { WorkResources } from '../jobs/work-resources.service.ts';
import { fileOfProfile, profileWork } from './profile-resource.ts';
import { createProfile, downloadProfile, getProfile, listProfiles } from './profiles.endpoints.ts';
import { Profiles } from './profiles.service.ts';

@Controller()
export class ProfilesController {
  constructor(
    private readonly profiles: Profiles,
    private readonly kept: WorkFiles,
    private readonly works: WorkResources,
    private readonly files: FileSender,
  ) {}

  @Route(createProfile)
  async create(@Input() { body }: InputOf<typeof createProfile>, @Reply() reply: FastifyReply) {
    const profile = toWork(profileWork, await this.profiles.start(body));
    reply.header('location', profile.links.job);
    return profile;
  }

  @Route(getProfile)
  get(@Input() { params }: InputOf<typeof getProfile>) {
    return this.works.get(profileWork, params.profileId);
  }

  @Route(listProfiles)
  list(@Input() { query }: InputOf<typeof listProfiles>) {
    return this.works.list(profileWork, query);
  }

  @Route(downloadProfile)
  async download(
    @Input() { params, headers }: InputOf<typeof downloadProfile>,
    @Req() request: FastifyRequest,
    @Reply() reply: FastifyReply,
  ) {
    const found = fileOfProfile(await this.works.job(profileWork, params.profileId));
    if (!(await this.kept.areKept(profileWork, params.profileId)))
      throw new Failure('profile-expired', 'The file was kept for seven days.');
    const file = { ...found, contentType: 'application/octet-stream' };
    return this.files.send(file, { ...headers, method: request.method }, reply);
  }
}
