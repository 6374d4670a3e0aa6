import { Controller } from '@nestjs/common';
import {
  getSystemCapabilities,
  getSystemConfig,
  getSystemHealth,
  getSystemInfo,
  getSystemIntegrity,
  getSystemMemory,
  getSystemMetrics,
  getSystemModules,
  getSystemStatus,
} from '#contracts';
import { Handles } from '#platform';
import { HealthMonitor } from './health-monitor.service.ts';
import { capabilitiesOf, infoOf, memoryOf, metricsOf, modulesOf } from './overview.ts';

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

  @Handles(getSystemIntegrity)
  integrity() {
    return this.monitor.integrity();
  }

  @Handles(getSystemInfo)
  async info() {
    return infoOf(await this.monitor.seen());
  }

  @Handles(getSystemModules)
  async modules() {
    return modulesOf(await this.monitor.seen());
  }

  @Handles(getSystemCapabilities)
  async capabilities() {
    return capabilitiesOf(await this.monitor.seen());
  }

  @Handles(getSystemMemory)
  async memory() {
    return memoryOf(await this.monitor.seen());
  }

  @Handles(getSystemMetrics)
  async metrics() {
    return metricsOf(await this.monitor.seen());
  }
}
