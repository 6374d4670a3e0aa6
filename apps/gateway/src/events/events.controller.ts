import { Readable } from 'node:stream';
import { Controller, Inject, Req, StreamableFile } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Lifecycle, requireSubject } from '#platform';
import type { InputOf } from '../http/endpoint.ts';
import { Input, Reply, Route } from '../http/route.ts';
import { CallerWatch } from '../identity/caller-watch.ts';
import { lastSeen, writeTextFrame } from '../jobs/event-frame.ts';
import { EventStream, type EventStreamOptions, eventStreamHeaders } from '../jobs/event-stream.ts';
import { EVENT_STREAM_OPTIONS } from '../jobs/job-watch.service.ts';
import { ListenerLimit } from '../jobs/listener-limit.ts';
import { EventFeed, type FeedRequest } from './event-feed.service.ts';
import { followEvents } from './events.endpoints.ts';

@Controller()
export class EventsController {
  constructor(
    private readonly feed: EventFeed,
    private readonly listeners: ListenerLimit,
    private readonly callers: CallerWatch,
    private readonly lifecycle: Lifecycle,
    @Inject(EVENT_STREAM_OPTIONS) private readonly options: EventStreamOptions,
  ) {}

  @Route(followEvents)
  follow(@Input() { query, headers }: InputOf<typeof followEvents>, @Req() request: FastifyRequest, @Reply() reply: FastifyReply) {
    const leave = this.listeners.enter(requireSubject());
    const wanted = { after: lastSeen(headers['last-event-id']) || query.lastEventId, types: query.type ?? [] };
    const events = new EventStream((gone) => this.frames(requireSubject(), wanted, gone), this.options).once('close', leave);
    const stopWatching = this.callers.onEnd(request, () => events.finish());
    events.once('close', stopWatching);
    reply.headers(eventStreamHeaders);
    return new StreamableFile(request.method === 'HEAD' ? Readable.from([]).once('close', () => events.destroy()) : events);
  }

  private async *frames(ownerId: string, wanted: FeedRequest, gone: AbortSignal): AsyncGenerator<string> {
    const signal = AbortSignal.any([gone, this.lifecycle.stopping]);
    for await (const { sequence, type, body } of this.feed.watch(ownerId, wanted, signal))
      yield writeTextFrame({ id: sequence, event: type, text: body });
  }
}
