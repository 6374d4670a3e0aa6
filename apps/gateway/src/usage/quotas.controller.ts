import { Controller, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { changeLimits, Database, everyAccount, limitsOf, requireSubject } from '#platform';
import type { InputOf } from '../http/endpoint.ts';
import { ClientAddresses } from '../http/limits/client-addresses.ts';
import { Input, Route } from '../http/route.ts';
import { SecurityEventStore } from '../identity/security-event.store.ts';
import { getQuotas, updateQuotas } from './quotas.endpoints.ts';

@Controller()
export class QuotasController {
  constructor(
    private readonly database: Database,
    private readonly events: SecurityEventStore,
    private readonly addresses: ClientAddresses,
  ) {}

  @Route(getQuotas)
  getQuotas() {
    return limitsOf(this.database.source, everyAccount);
  }

  @Route(updateQuotas)
  async updateQuotas(@Input() { body }: InputOf<typeof updateQuotas>, @Req() request: FastifyRequest) {
    const event = {
      kind: 'quotas-changed',
      userId: requireSubject(),
      address: this.addresses.of(request),
      changed: Object.keys(body),
    } as const;
    await this.database.transaction(async (tx) => {
      await changeLimits(tx, everyAccount, body);
      await this.events.record(event, tx);
    });
    return this.getQuotas();
  }
}
