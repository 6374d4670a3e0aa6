import { Readable } from 'node:stream';
import { Controller, Req, StreamableFile } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Reply, Route } from '../http/route.ts';
import { CallerWatch } from '../identity/caller-watch.ts';
import { eventHeaders } from '../jobs/event-frame.ts';
import { toJobResource } from '../jobs/job-resource.ts';
import { BlobCheck } from './blob-check.service.ts';
import { getStatus } from './status.endpoints.ts';
import { checkSystemIntegrity, getSystemHealth, streamSystemMetrics } from './system.endpoints.ts';
import { SystemHealthView } from './system-health.service.ts';
import { SystemMetricsFeed } from './system-metrics-feed.service.ts';

@Controller()
export class SystemController {
  constructor(
    private readonly view: SystemHealthView,
    private readonly metrics: SystemMetricsFeed,
    private readonly blobs: BlobCheck,
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

  @Route(checkSystemIntegrity)
  async checkIntegrity(@Reply() reply: FastifyReply) {
    const job = toJobResource(await this.blobs.start());
    reply.header('location', job.links.self);
    return { job };
  }

  @Route(streamSystemMetrics)
  follow(@Req() request: FastifyRequest, @Reply() reply: FastifyReply) {
    const events = this.metrics.events();
    events.once(
      'close',
      this.callers.onEnd(request, () => events.finish()),
    );
    reply.headers(eventHeaders);
    return new StreamableFile(request.method === 'HEAD' ? Readable.from([]).once('close', () => events.destroy()) : events);
  }
}
