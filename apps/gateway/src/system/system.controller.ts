import { Controller } from '@nestjs/common';
import { Route } from '../http/route.ts';
import { getStatus } from './status.endpoints.ts';
import { getSystemHealth } from './system.endpoints.ts';
import { SystemHealthView } from './system-health.service.ts';

@Controller()
export class SystemController {
  constructor(private readonly view: SystemHealthView) {}

  @Route(getStatus)
  status() {
    return this.view.summary();
  }

  @Route(getSystemHealth)
  health() {
    return this.view.health();
  }
}
