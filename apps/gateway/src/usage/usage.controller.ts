import { Controller } from '@nestjs/common';
import { Database, requireSubject, usage } from '#platform';
import type { InputOf } from '../http/endpoint.ts';
import { Input, Route } from '../http/route.ts';
import { getUsage } from './usage.endpoints.ts';
import { periodOf } from './usage-period.ts';

@Controller()
export class UsageController {
  constructor(private readonly database: Database) {}

  @Route(getUsage)
  getUsage(@Input() { query }: InputOf<typeof getUsage>) {
    return usage.report(this.database.source, requireSubject(), periodOf(query, Date.now()));
  }
}
