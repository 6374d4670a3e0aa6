import { Controller, Req, StreamableFile } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { postRewriting } from '#contracts';
import { Bus } from '#platform';
import type { InputOf } from '../http/endpoint.ts';
import { Input, Reply, Route } from '../http/route.ts';
import { goneSignal } from '../http/started-job.ts';
import { addVary } from '../http/vary.ts';
import { CallerWatch } from '../identity/caller-watch.ts';
import { eventStreamHeaders } from '../jobs/event-stream.ts';
import { type Ask, RewriteFeed } from './rewrite-feed.service.ts';
import { draftPost, eventStream, rewritePost } from './rewriting.endpoints.ts';

@Controller()
export class RewritingController {
  constructor(
    private readonly bus: Bus,
    private readonly feed: RewriteFeed,
    private readonly callers: CallerWatch,
  ) {}

  @Route(rewritePost)
  rewrite(@Input() { params, body }: InputOf<typeof rewritePost>, @Req() request: FastifyRequest, @Reply() reply: FastifyReply) {
    return this.answer((run) => this.bus.call(postRewriting.rewritePost, { ...params, ...body, ...run }), request, reply);
  }

  @Route(draftPost)
  draft(@Input() { body }: InputOf<typeof draftPost>, @Req() request: FastifyRequest, @Reply() reply: FastifyReply) {
    return this.answer((run) => this.bus.call(postRewriting.draftPost, { ...body, ...run }), request, reply);
  }

  private async answer(ask: Ask, request: FastifyRequest, reply: FastifyReply) {
    addVary(reply, 'accept');
    if (!request.headers.accept?.toLowerCase().includes(eventStream)) return this.feed.whole(ask, goneSignal(request, reply));
    const events = await this.feed.events(ask, goneSignal(request, reply));
    events.once(
      'close',
      this.callers.onEnd(request, () => events.finish()),
    );
    reply.headers(eventStreamHeaders);
    return new StreamableFile(events);
  }
}
