import { Controller } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { type PublisherConfirmation, publishers, type ReplyOf } from '#contracts';
import { Bus } from '#platform';
import type { InputOf } from '../http/endpoint.ts';
import { htmlHeaders } from '../http/html.ts';
import { Input, Reply, Route } from '../http/route.ts';
import { confirmationPage } from './confirmation-page.ts';
import { createPublisherConnection, receivePublisherConnection } from './publishers.endpoints.ts';

/** Connections by permission of a provider: the browser that comes back, and the confirmation by whoever began. */
@Controller()
export class ConnectionsController {
  constructor(private readonly bus: Bus) {}

  /** JSON unless HTML is accepted; with a page of the installation the browser goes on there. */
  @Route(receivePublisherConnection)
  async receive(
    @Input() { params, query, headers }: InputOf<typeof receivePublisherConnection>,
    @Reply() reply: FastifyReply,
  ): Promise<PublisherConfirmation | string | undefined> {
    const { returnUrl, ...confirmation } = await this.bus.call(publishers.receivePublisherConnection, { ...params, ...query });
    if (returnUrl !== null) {
      reply.code(303).header('location', returnUrl);
      return undefined;
    }
    if (!headers.accept?.includes('text/html')) return confirmation;
    reply.headers(htmlHeaders);
    return confirmationPage(confirmation);
  }

  @Route(createPublisherConnection)
  async create(
    @Input() { params, body }: InputOf<typeof createPublisherConnection>,
    @Reply() reply: FastifyReply,
  ): Promise<ReplyOf<typeof publishers.createPublisherConnection>> {
    const connected = await this.bus.call(publishers.createPublisherConnection, { ...params, ...body });
    reply.header('location', `/v1/publishers/accounts/${connected.accounts[0]!.id}`);
    return connected;
  }
}
