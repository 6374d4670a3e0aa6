import { Controller } from '@nestjs/common';
import { Database, requireSubject, standingsOf, usage } from '#platform';
import type { InputOf } from '../http/endpoint.ts';
import { Input, Route } from '../http/route.ts';
import { getUsage } from './usage.endpoints.ts';
import { periodOf } from './usage-period.ts';

@Controller()
export class UsageController {
  constructor(private readonly database: Database) {}

  @Route(getUsage)
  async getUsage(@Input() { query }: InputOf<typeof getUsage>) {
    const { source } = this.database;
    const ownerId = requireSubject();
    const period = periodOf(query, Date.now());
    const [report, quotas] = await Promise.all([usage.report(source, ownerId, period), standingsOf(source, ownerId)]);
    return { ...report, quotas };
  }
}
