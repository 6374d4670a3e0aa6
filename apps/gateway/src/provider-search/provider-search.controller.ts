import { Readable } from 'node:stream';
import { Controller, Req, StreamableFile } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { InputOf } from '../http/endpoint.ts';
import { Input, Reply, Route } from '../http/route.ts';
import { CallerWatch } from '../identity/caller-watch.ts';
import { eventStreamHeaders } from '../jobs/event-stream.ts';
import { eventStream, searchTracks } from './provider-search.endpoints.ts';
import { ProviderSearch } from './provider-search.service.ts';

@Controller()
export class ProviderSearchController {
  constructor(
    private readonly search: ProviderSearch,
    private readonly callers: CallerWatch,
  ) {}

  @Route(searchTracks)
  find(@Input() { query, headers }: InputOf<typeof searchTracks>, @Req() request: FastifyRequest, @Reply() reply: FastifyReply) {
    if (!headers.accept?.toLowerCase().includes(eventStream)) return this.search.find(query);
    if (request.method === 'HEAD') return new StreamableFile(Readable.from([]));
    const events = this.search.events(query);
    events.once(
      'close',
      this.callers.onEnd(request, () => events.finish()),
    );
    reply.headers(eventStreamHeaders);
    return new StreamableFile(events);
  }
}
