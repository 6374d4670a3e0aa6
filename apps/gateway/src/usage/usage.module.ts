import { Module } from '@nestjs/common';
import { HttpModule } from '../http/http.module.ts';
import { IdentityModule } from '../identity/identity.module.ts';
import { QuotasController } from './quotas.controller.ts';
import { RequestQuota } from './request-quota.ts';
import { UsageController } from './usage.controller.ts';

/**
 * What the caller uses and may use: `/v1/usage`, `/v1/operators/quotas`. Reads the rows that the services record with `usage.record` (PostgreSQL schema
 * `usage`); counts requests.
 */
@Module({ imports: [HttpModule, IdentityModule], controllers: [UsageController, QuotasController], providers: [RequestQuota] })
export class UsageModule {}
