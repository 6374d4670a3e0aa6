import { Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { EndpointInterceptor } from './endpoint.interceptor.ts';
import { EndpointRegistry } from './endpoint-registry.ts';
import { LimitsModule } from './limits/limits.module.ts';
import { ProblemFilter } from './problem.filter.ts';

const limits = LimitsModule.forGateway();

/**
 * Room: gateway / http. What does every endpoint get without asking?
 * Door: endpoint values and @Route. Leans on: Redis, softly, for limits. Tells: problem documents, gateway_rate_limit_*.
 */
@Module({
  imports: [DiscoveryModule, limits],
  providers: [EndpointRegistry, ProblemFilter, EndpointInterceptor],
  exports: [EndpointRegistry, ProblemFilter, EndpointInterceptor, limits],
})
export class HttpModule {}
