import { Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { EndpointRegistry } from './endpoint-registry.ts';
import { LimitsModule } from './limits/limits.module.ts';
import { ProblemFilter } from './problem.filter.ts';

const limits = LimitsModule.forGateway();

/** What every endpoint shares: the endpoint registry, `@Route`, rate limits and problem documents. */
@Module({
  imports: [DiscoveryModule, limits],
  providers: [EndpointRegistry, ProblemFilter],
  exports: [EndpointRegistry, ProblemFilter, limits],
})
export class HttpModule {}
