import { Controller } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { requireSubject } from '#platform';
import type { InputOf } from '../http/endpoint.ts';
import { revisionOfRequest, tagWith } from '../http/if-match.ts';
import { Input, Reply, Route } from '../http/route.ts';
import { type WebhookRow, WebhookStore } from './webhook.store.ts';
import { toWebhookResource } from './webhook-resource.ts';
import { createWebhook, getOneWebhook, getWebhooks, removeWebhook, rotateWebhookSecret, updateWebhook } from './webhooks.endpoints.ts';
import { Webhooks } from './webhooks.service.ts';

@Controller()
export class WebhooksController {
  constructor(
    private readonly webhooks: Webhooks,
    private readonly store: WebhookStore,
  ) {}

  @Route(createWebhook)
  async create(@Input() { body }: InputOf<typeof createWebhook>, @Reply() reply: FastifyReply) {
    const { secret, ...made } = await this.webhooks.create(requireSubject(), body);
    reply.header('location', `/v1/webhooks/${made.id}`);
    return withSecret(made, secret, reply);
  }

  @Route(getWebhooks)
  async list(@Input() { query }: InputOf<typeof getWebhooks>) {
    const { items, nextCursor } = await this.store.list(requireSubject(), query);
    return { items: items.map(toWebhookResource), nextCursor };
  }

  @Route(getOneWebhook)
  async one(@Input() { params }: InputOf<typeof getOneWebhook>) {
    return toWebhookResource(await this.store.get(params.webhookId, requireSubject()));
  }

  @Route(updateWebhook)
  async change(@Input() { params, headers, body }: InputOf<typeof updateWebhook>) {
    const wish = { ...body, ...revisionOfRequest(headers, 'required') };
    return toWebhookResource(await this.webhooks.change(params.webhookId, requireSubject(), wish));
  }

  @Route(removeWebhook)
  async remove(@Input() { params, headers }: InputOf<typeof removeWebhook>): Promise<void> {
    await this.store.remove(params.webhookId, requireSubject(), revisionOfRequest(headers, 'optional').ifRevision);
  }

  @Route(rotateWebhookSecret)
  async rotate(@Input() { params }: InputOf<typeof rotateWebhookSecret>, @Reply() reply: FastifyReply) {
    const { secret, ...rotated } = await this.webhooks.rotateSecret(params.webhookId, requireSubject());
    return withSecret(rotated, secret, reply);
  }
}

/** The secret is no part of the resource, so it is none of its ETag. */
function withSecret(row: WebhookRow, secret: string, reply: FastifyReply) {
  const shown = toWebhookResource(row);
  tagWith(reply, shown);
  return { ...shown, secret };
}
