import { Controller } from '@nestjs/common';
import { changeLimits, Database, everyAccount, limitsOf } from '#platform';
import type { InputOf } from '../http/endpoint.ts';
import { Input, Route } from '../http/route.ts';
import { getQuotas, updateQuotas } from './quotas.endpoints.ts';

@Controller()
export class QuotasController {
  constructor(private readonly database: Database) {}

  @Route(getQuotas)
  getQuotas() {
    return limitsOf(this.database.source, everyAccount);
  }

  @Route(updateQuotas)
  async updateQuotas(@Input() { body }: InputOf<typeof updateQuotas>) {
    await this.database.transaction((tx) => changeLimits(tx, everyAccount, body));
    return this.getQuotas();
  }
}
