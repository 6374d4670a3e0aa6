import { Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { EndpointRegistry } from './endpoint-registry.ts';
import { LimitsModule } from './limits/limits.module.ts';
import { ProblemFilter } from './problem.filter.ts';

const limits = LimitsModule.forGateway();

/**
 * Room: gateway / http. What does every endpoint get without asking?
 * Door: endpoint values, @Route and serveEndpoints. Leans on: Redis, softly, for limits. Tells: problem documents, gateway_rate_limit_*.
 */
@Module({
  imports: [DiscoveryModule, limits],
  providers: [EndpointRegistry, ProblemFilter],
  exports: [EndpointRegistry, ProblemFilter, limits],
})
export class HttpModule {}
