import { Module } from '@nestjs/common';
import { IdentityModule } from '../identity/identity.module.ts';
import { JobsModule } from '../jobs/jobs.module.ts';
import { ProviderSearchController } from './provider-search.controller.ts';
import { ProviderSearch } from './provider-search.service.ts';

/** Search for tracks at providers elsewhere, whole or as events. */
@Module({ imports: [IdentityModule, JobsModule], controllers: [ProviderSearchController], providers: [ProviderSearch] })
export class ProviderSearchModule {}
