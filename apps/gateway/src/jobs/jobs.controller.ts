import { Readable } from 'node:stream';
import { Controller, Req, StreamableFile } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { JobStore, requireSubject } from '#platform';
import type { InputOf } from '../http/endpoint.ts';
import { Input, Reply, Route } from '../http/route.ts';
import { CallerWatch } from '../identity/caller-watch.ts';
import { lastSeen } from './event-frame.ts';
import { eventStreamHeaders } from './event-stream.ts';
import { internalKinds, requireVisible } from './internal-jobs.ts';
import { toJobResource } from './job-resource.ts';
import { JobWatch } from './job-watch.service.ts';
import { cancelJob, followJob, getJobs, getOneJob, retryJob } from './jobs.endpoints.ts';

@Controller()
export class JobsController {
  constructor(
    private readonly jobs: JobStore,
    private readonly watch: JobWatch,
    private readonly callers: CallerWatch,
  ) {}

  @Route(getJobs)
  async list(@Input() { query }: InputOf<typeof getJobs>) {
    const { state, ...page } = query;
    const { items, nextCursor } = await this.jobs.list(requireSubject(), { ...page, states: state && [state], exceptKinds: internalKinds });
    return { items: items.map(toJobResource), nextCursor };
  }

  @Route(getOneJob)
  async one(@Input() { params }: InputOf<typeof getOneJob>) {
    return toJobResource(await this.visible(params.jobId));
  }

  @Route(cancelJob)
  async cancel(@Input() { params }: InputOf<typeof cancelJob>) {
    const { id } = await this.visible(params.jobId);
    return toJobResource(await this.jobs.cancel(id, requireSubject()));
  }

  @Route(retryJob)
  async retry(@Input() { params }: InputOf<typeof retryJob>) {
    const { id } = await this.visible(params.jobId);
    return toJobResource(await this.jobs.retry(id, requireSubject()));
  }

  @Route(followJob)
  async follow(@Input() { params, headers }: InputOf<typeof followJob>, @Req() request: FastifyRequest, @Reply() reply: FastifyReply) {
    const { id } = await this.visible(params.jobId);
    const events = await this.watch.events(requireSubject(), id, lastSeen(headers['last-event-id']));
    if (!events) return void reply.code(204); // stops the reconnection of browsers
    events.once(
      'close',
      this.callers.onEnd(request, () => events.finish()),
    );
    reply.headers(eventStreamHeaders);
    return new StreamableFile(request.method === 'HEAD' ? Readable.from([]).once('close', () => events.destroy()) : events);
  }

  private async visible(jobId: string) {
    return requireVisible(await this.jobs.get(jobId, requireSubject()));
  }
}
