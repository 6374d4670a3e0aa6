import { Readable } from 'node:stream';
import { Controller, Req, StreamableFile } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { InputOf } from '../http/endpoint.ts';
import { Input, Reply, Route } from '../http/route.ts';
import { CallerWatch } from '../identity/caller-watch.ts';
import { eventStreamHeaders } from '../jobs/event-stream.ts';
import { toWork } from '../jobs/work-resource.ts';
import { WorkResources } from '../jobs/work-resources.service.ts';
import { BlobCheck } from './blob-check.service.ts';
import { integrityCheckWork } from './integrity-check-resource.ts';
import { getStatus } from './status.endpoints.ts';
import { createIntegrityCheck, getIntegrityCheck, getSystemHealth, listIntegrityChecks, streamSystemMetrics } from './system.endpoints.ts';
import { SystemHealthView } from './system-health.service.ts';
import { SystemMetricsFeed } from './system-metrics-feed.service.ts';

@Controller()
export class SystemController {
  constructor(
    private readonly view: SystemHealthView,
    private readonly metrics: SystemMetricsFeed,
    private readonly blobs: BlobCheck,
    private readonly works: WorkResources,
    private readonly callers: CallerWatch,
  ) {}

  @Route(getStatus)
  status() {
    return this.view.summary();
  }

  @Route(getSystemHealth)
  health() {
    return this.view.health();
  }

  @Route(createIntegrityCheck)
  async checkIntegrity(@Reply() reply: FastifyReply) {
    const check = toWork(integrityCheckWork, await this.blobs.start());
    reply.header('location', check.links.job);
    return check;
  }

  @Route(getIntegrityCheck)
  integrityCheck(@Input() { params }: InputOf<typeof getIntegrityCheck>) {
    return this.works.get(integrityCheckWork, params.integrityCheckId);
  }

  @Route(listIntegrityChecks)
  integrityChecks(@Input() { query }: InputOf<typeof listIntegrityChecks>) {
    return this.works.list(integrityCheckWork, query);
  }

  @Route(streamSystemMetrics)
  follow(@Req() request: FastifyRequest, @Reply() reply: FastifyReply) {
    const events = this.metrics.events();
    events.once(
      'close',
      this.callers.onEnd(request, () => events.finish()),
    );
    reply.headers(eventStreamHeaders);
    return new StreamableFile(request.method === 'HEAD' ? Readable.from([]).once('close', () => events.destroy()) : events);
  }
}
