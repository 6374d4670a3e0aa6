/**
 * The health service: looks at every copy of every service at an interval, grades what it sees, and says why and what to change. Serves
 * `health.system.get.v1`, `health.system-health.get.v1` and `health.system-config.get.v1`; publishes `events.health.changed.v1`; exports `system_*` metrics.
 */
import { type DynamicModule, Module } from '@nestjs/common';
import { PlatformModule } from '#platform';
import type { HealthConfig } from './config.ts';
import { HEALTH_CONFIG, HealthMonitor } from './system/health-monitor.service.ts';
import { SystemHandler } from './system/system.handler.ts';

@Module({})
export class HealthModule {
  static readonly forConfig = (config: HealthConfig): DynamicModule => ({
    module: HealthModule,
    imports: [PlatformModule.forApp({ name: 'health', config })],
    controllers: [SystemHandler],
    providers: [HealthMonitor, { provide: HEALTH_CONFIG, useValue: config }],
  });
}
