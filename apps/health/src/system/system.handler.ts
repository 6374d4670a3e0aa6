import { Controller } from '@nestjs/common';
import { getSystemConfig, getSystemHealth, getSystemStatus } from '#contracts';
import { Handles } from '#platform';
import { HealthMonitor } from './health-monitor.service.ts';

@Controller()
export class SystemHandler {
  constructor(private readonly monitor: HealthMonitor) {}

  @Handles(getSystemStatus)
  status() {
    return this.monitor.status();
  }

  @Handles(getSystemHealth)
  health() {
    return this.monitor.health();
  }

  @Handles(getSystemConfig)
  configuration() {
    return this.monitor.configuration();
  }
}
