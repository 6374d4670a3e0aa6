/** The health service: grades the system from the descriptions of all replicas. Serves `health.system.get.v1`; exports `system_health_score`. */
import { type DynamicModule, Module } from '@nestjs/common';
import { PlatformModule } from '#platform';
import type { HealthConfig } from './config.ts';
import { SystemHandler } from './system/system.handler.ts';
import { GATHER_MS, SystemService } from './system/system.service.ts';

@Module({})
export class HealthModule {
  static readonly forConfig = (config: HealthConfig): DynamicModule => ({
    module: HealthModule,
    imports: [PlatformModule.forApp({ name: 'health', config })],
    controllers: [SystemHandler],
    providers: [SystemService, { provide: GATHER_MS, useValue: config.HEALTH_GATHER_MS }],
  });
}
